/** Occlum.json as `init` writes it: upstream's names, each part with what it is for. */
export const CONFIG_TEMPLATE = `{
  // What an editor checks this file by. Comments and trailing commas are allowed; what is left out is as it stands here.
  "$schema": "SCHEMA",

  // What all programs of the instance have together.
  "resource_limits": {
    // "user_space_size": "1GB",
    "max_num_of_threads": 4096
  },

  // Programs, and directories of programs, that may be started from outside.
  "entry_points": ["/bin"],

  "env": {
    // Variables that every program starts with.
    "default": ["OCCLUM=yes"],
    // Names of variables whose value the host may give.
    "untrusted": ["EXAMPLE"]
  },

  "metadata": {
    "product_id": 0,
    "version_number": 0,
    // false makes a release enclave: no log, no debugger, no core dumps.
    "debuggable": true
  },

  "mount": [
    {
      "target": "/",
      "type": "unionfs",
      "options": {
        "layers": [
          // The image, as build saw it: a file that was changed since is not opened.
          { "target": "/", "type": "sefs", "source": "./build/mount/__ROOT", "options": { "MAC": "" } },
          // What programs write, kept for the next run.
          { "target": "/", "type": "sefs", "source": "./run/mount/__ROOT" }
        ]
      }
    },
    // A directory of the host, as it is.
    { "target": "/host", "type": "hostfs", "source": "./host" }
  ]

  // "policy": { "network": "none", "limits": { "wall_time": "10m" } }
}
`;
