//! A lean HTTP/1.1 client over one kept connection: it shares the two cores with the server it measures.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One kept connection.
pub struct Client {
    stream: TcpStream,
    host: String,
    token: String,
    buffer: Vec<u8>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The body as text, for messages.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer, if it has this status.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

impl Client {
    /// Connects; `token` is the bearer token, empty for none.
    pub fn connect(address: SocketAddr, token: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket option");
        Self { stream, host: address.to_string(), token: token.to_owned(), buffer: Vec::with_capacity(64 * 1024) }
    }

    /// A request with a JSON body.
    pub fn json(&mut self, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        let body = body.to_string();
        self.send(method, path, "application/json", "", body.as_bytes())
    }

    /// A request without a body.
    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", "", b"")
    }

    /// Files a draft under an idempotency key.
    pub fn submit(&mut self, id: &str) -> Answer {
        let key = format!("idempotency-key: bench-{id}\r\n");
        self.send("POST", &format!("/api/v1/dossiers/{id}/submit"), "", &key, b"")
    }

    /// Uploads one paper as a browser does.
    pub fn upload(&mut self, id: &str, document: &str, content: &[u8]) -> Answer {
        let mut body = format!(
            "--frontier\r\ncontent-disposition: form-data; name=\"document\"\r\n\r\n{document}\r\n--frontier\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"giay.pdf\"\r\n\
             content-type: application/pdf\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--frontier--\r\n");
        let path = format!("/api/v1/dossiers/{id}/attachments");
        self.send("POST", &path, "multipart/form-data; boundary=frontier", "", &body)
    }

    fn send(&mut self, method: &str, path: &str, kind: &str, more: &str, body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n{more}", self.host);
        if !self.token.is_empty() {
            request.push_str(&format!("authorization: Bearer {}\r\n", self.token));
        }
        if !kind.is_empty() {
            request.push_str(&format!("content-type: {kind}\r\n"));
        }
        if method != "GET" {
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        self.stream.write_all(&bytes).expect("the server takes the request");
        self.read()
    }

    fn read(&mut self) -> Answer {
        self.buffer.clear();
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.more();
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status line");
        if head.contains("transfer-encoding: chunked") {
            return Answer { status, body: self.chunks(end) };
        }
        let length: usize = head
            .lines()
            .find_map(|l| l.strip_prefix("content-length: "))
            .map_or(0, |n| n.trim().parse().expect("a length"));
        while self.buffer.len() < end + length {
            self.more();
        }
        Answer { status, body: self.buffer[end..end + length].to_vec() }
    }

    fn chunks(&mut self, mut at: usize) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                if let Some(n) = find(&self.buffer[at..], b"\r\n") {
                    break at + n;
                }
                self.more();
            };
            let text = String::from_utf8_lossy(&self.buffer[at..line]).into_owned();
            let size = usize::from_str_radix(text.trim(), 16).expect("a chunk's size");
            while self.buffer.len() < line + 2 + size + 2 {
                self.more();
            }
            body.extend_from_slice(&self.buffer[line + 2..line + 2 + size]);
            at = line + 2 + size + 2;
            if size == 0 {
                return body;
            }
        }
    }

    fn more(&mut self) {
        let mut part = [0_u8; 32 * 1024];
        let n = self.stream.read(&mut part).expect("the server answers");
        assert!(n > 0, "the server closed the connection");
        self.buffer.extend_from_slice(&part[..n]);
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}
