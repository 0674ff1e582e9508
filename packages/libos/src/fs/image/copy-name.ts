/** How the host names a copy of a file of an image; the path inside follows. */
export const COPY_NAME = 'occlum-image:';
