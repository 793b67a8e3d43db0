//! The product as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The product as its user starts it. It never outlives the test.
pub struct Process {
    child: Child,
    pub base: String,
}

impl Process {
    /// Starts in development, on any free port.
    pub fn start(dir: &Path, database: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env_remove("MOTCUA_NOW")
            .env("MOTCUA_PROFILE", "development")
            .env("MOTCUA_DATA_DIR", dir)
            .env("DATABASE_URL", database)
            .env("MOTCUA__LOG__FILTER", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.by_ref().find_map(|l| Some(l.unwrap().split("http://").nth(1)?.trim().to_owned()));
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base: format!("http://{}", address.unwrap()) }
    }

    /// SIGKILL: no goodbye, no flush.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
