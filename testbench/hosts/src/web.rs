//! Servers of the web: stock nginx where it is installed, else threads of this process.

use crate::namespace::{Namespace, run, text};
use crate::process::Process;
use crate::server;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Bytes of `/big`.
pub const BIG: usize = server::BIG;

/// What serves.
#[derive(Clone, Debug)]
pub enum Web {
    /// This program.
    Nginx(PathBuf),
    /// Threads of this process.
    BuiltIn,
}

impl Web {
    /// nginx, if it is there.
    pub fn find() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
        folders.map(|folder| folder.join("nginx")).find(|file| file.exists()).map_or(Self::BuiltIn, Self::Nginx)
    }

    /// What it is, for people.
    pub fn what(&self) -> String {
        match self {
            Self::Nginx(path) => {
                let version = run(Command::new(path).arg("-v")).map(|output| text(&output.stderr)).unwrap_or_default();
                format!("stock nginx ({})", version.rsplit('/').next().unwrap_or_default())
            }
            Self::BuiltIn => "threads of this program, as there is no nginx in PATH".into(),
        }
    }

    /// Starts one in a namespace; it answers with its name who asks. nginx ends with what is returned, threads with the process.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(&self, namespace: &Namespace, folder: &Path, name: &str) -> Result<Option<Process>> {
        let Self::Nginx(program) = self else { return server::start_http(namespace, name).map(|()| None) };
        let home = folder.join(format!("nginx-{name}"));
        std::fs::create_dir_all(home.join("pages"))?;
        std::fs::write(home.join("pages/big"), vec![b'.'; BIG])?;
        let temporary: String =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].iter().map(|kind| format!("{kind}_temp_path tmp-{kind};\n")).collect();
        let listen: String = server::HTTP.iter().map(|port| format!("listen {port}; listen [::]:{port}; ")).collect();
        // One process: workers would outlive a master that is killed.
        let configuration = format!(
            "daemon off; master_process off; user root; pid nginx.pid; error_log error.log; events {{}}\nhttp {{ access_log off;\n{temporary}\
             server {{ {listen}root pages; location = / {{ return 200 \"{name} saw $remote_addr port $remote_port\\n\"; }} }} }}\n"
        );
        std::fs::write(home.join("nginx.conf"), configuration)?;
        let home = home.display().to_string();
        let mut command = namespace.command(program, ["-p", &home, "-c", "nginx.conf", "-e", "error.log"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Process::start(&mut command, &format!("nginx of {name}")).map(Some)
    }
}
