//! The binary as an operator calls it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;

/// Runs the binary in a folder of its own, with only these settings.
pub fn motcua(dir: &Path, database: &str, environment: &[(&str, &str)], args: &[&str]) -> Output {
    command(dir, database, environment).args(args).output().unwrap()
}

fn command(dir: &Path, database: &str, environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.env_clear().current_dir(dir).env("MOTCUA_DATA_DIR", dir.join("data")).env("DATABASE_URL", database);
    command.env("MOTCUA_LISTEN", "127.0.0.1:0").env("MOTCUA_PROFILE", "test").envs(environment.iter().copied());
    command
}

/// What was printed.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a command printed that must succeed.
pub fn ok(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// A server as its operator starts it. It never outlives the test.
pub struct Serving {
    child: Child,
    log: Option<JoinHandle<String>>,
}

impl Serving {
    /// Starts one and waits until it says where it listens.
    pub fn start(dir: &Path, database: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = command(dir, database, environment);
        let mut child = command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut said = String::new();
            let _ = errors.read_to_string(&mut said);
            said
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let found = lines.by_ref().map_while(Result::ok).any(|line| line.contains("http://"));
        if !found {
            let _ = child.wait();
            panic!("it did not start: {}", log.join().unwrap());
        }
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, log: Some(log) }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no goodbye. What it had logged by then.
    pub fn kill(mut self) -> String {
        self.end();
        self.log.take().map(|log| log.join().unwrap()).unwrap_or_default()
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.end();
    }
}
