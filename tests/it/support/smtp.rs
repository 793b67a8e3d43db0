//! A mail server for tests: a real SMTP conversation on a port of its own, and everything it was given.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How the server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Accept,
    /// `550` to every recipient.
    NobodyHere,
    /// `451` to every recipient.
    Busy,
    /// Takes the mail and breaks off without an answer.
    BreakAfterData,
    /// `535` to every password.
    WrongPassword,
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: String,
    /// Headers and body, lines ended by `\n`.
    pub data: String,
}

impl Received {
    /// The value of a header that stands on one line.
    pub fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.data.lines().take_while(|l| !l.is_empty()).find_map(|l| l.strip_prefix(&prefix))
    }

    /// The text, decoded.
    pub fn text(&self) -> String {
        let (_, body) = self.data.split_once("\n\n").unwrap();
        let bytes = match self.header("Content-Transfer-Encoding").unwrap() {
            "base64" => {
                use base64::Engine as _;
                let packed: String = body.split_whitespace().collect();
                base64::engine::general_purpose::STANDARD.decode(packed).unwrap()
            }
            "quoted-printable" => unquoted(body),
            _ => body.as_bytes().to_vec(),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }
}

fn unquoted(body: &str) -> Vec<u8> {
    let joined = body.replace("=\n", "");
    let mut bytes = joined.bytes();
    let mut out = Vec::new();
    while let Some(b) = bytes.next() {
        if b == b'=' {
            let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            out.push(b);
        }
    }
    out
}

/// The server; its thread ends with the test process.
pub struct SmtpServer {
    pub address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    mails: Arc<Mutex<Vec<Received>>>,
}

impl SmtpServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let manner = Arc::new(Mutex::new(Manner::Accept));
        let mails = Arc::new(Mutex::new(Vec::new()));
        let (how, kept) = (manner.clone(), mails.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (how, kept) = (how.clone(), kept.clone());
                std::thread::spawn(move || talk(stream, &how, &kept));
            }
        });
        Self { address, manner, mails }
    }

    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub fn mails(&self) -> Vec<Received> {
        self.mails.lock().unwrap().clone()
    }

    /// Its address with a name and a password.
    pub fn url(&self) -> String {
        format!("smtp://cong:mat-khau@{}", self.address)
    }
}

/// One conversation (RFC 5321, as much of it as a sender needs). `None` at its end.
fn talk(stream: TcpStream, manner: &Mutex<Manner>, mails: &Mutex<Vec<Received>>) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 thu.example ESMTP")?;
    let (mut from, mut to) = (String::new(), String::new());
    loop {
        let line = lines.next()?.ok()?;
        let now = *manner.lock().unwrap();
        let word = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        match word.as_str() {
            "EHLO" => say("250-thu.example\r\n250-8BITMIME\r\n250 AUTH PLAIN")?,
            "AUTH" if now == Manner::WrongPassword => say("535 5.7.8 wrong name or password")?,
            "AUTH" => say("235 2.7.0 welcome")?,
            "MAIL" => {
                from = line;
                say("250 2.1.0 ok")?;
            }
            "RCPT" if now == Manner::NobodyHere => say("550 5.1.1 nobody of that name")?,
            "RCPT" if now == Manner::Busy => say("451 4.3.0 come back later")?,
            "RCPT" => {
                to = line;
                say("250 2.1.5 ok")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut data = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push('\n');
                }
                let number = {
                    let mut all = mails.lock().unwrap();
                    all.push(Received { from: from.clone(), to: to.clone(), data });
                    all.len()
                };
                if now == Manner::BreakAfterData {
                    return None;
                }
                say(&format!("250 2.0.0 queued as {number}"))?;
            }
            "QUIT" => {
                say("221 2.0.0 bye")?;
                return None;
            }
            _ => say("250 2.0.0 ok")?,
        }
    }
}
