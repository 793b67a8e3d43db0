//! The server under measurement: the release binary on a temporary folder, with durable commits as in production.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to the printed address.
    pub ready_after: Duration,
}

impl Server {
    /// Starts `motcua serve` and waits for the address that it prints.
    pub fn start(dir: &Path) -> Self {
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(dir)
            .env_remove("DATABASE_URL")
            .env("MOTCUA_PROFILE", "development")
            .env("MOTCUA__LOG__FILTER", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the release binary");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = loop {
            let line = lines.next().expect("the server prints its address").expect("readable output");
            if let Some(at) = line.split("http://").nth(1) {
                break at.trim().parse().expect("an address");
            }
        };
        // The rest of what it prints must be read, or its pipe fills.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, ready_after: begun.elapsed() }
    }

    /// Resident memory in MB, and the most there ever was.
    pub fn memory(&self) -> (f64, f64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let of = |name: &str| {
            let line = status.lines().find(|l| l.starts_with(name)).unwrap_or_default();
            line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
        };
        (of("VmRSS:"), of("VmHWM:"))
    }

    /// Processor time used so far, in seconds.
    pub fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |i: usize| fields.get(i).and_then(|n| n.parse::<f64>().ok()).unwrap_or(f64::NAN);
        // User and system time in ticks of 10 ms.
        (ticks(11) + ticks(12)) / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
