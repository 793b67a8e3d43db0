//! What some tests need beside the code: a PostgreSQL server, a browser, the real catalogue, tools for signatures and
//! codes.
//!
//! Where one is missing the test says `skipped: …` and passes; where `MOTCUA_TEST_REQUIRE` (a list with commas) names
//! it, the test fails. Use: `let Some(url) = need::postgres() else { return };`

#![allow(clippy::disallowed_methods, reason = "what is at hand is said by the environment")]

use std::{
    env,
    io::Write as _,
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    path::{Path, PathBuf},
    time::Duration,
};

/// Programs for browser tests.
pub struct Browser {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

/// The address of a PostgreSQL server on which databases may be created: `MOTCUA_TEST_DATABASE_URL`,
/// `MOTCUA_TEST_POSTGRES_URL` or the one that answers on this machine.
pub fn postgres() -> Option<String> {
    let named =
        ["MOTCUA_TEST_DATABASE_URL", "MOTCUA_TEST_POSTGRES_URL"].into_iter().find_map(|name| env::var(name).ok());
    let url =
        named.filter(|url| !url.is_empty()).unwrap_or_else(|| "postgres://postgres@127.0.0.1:5432/postgres".into());
    or_skip("postgres", "no PostgreSQL server answers", answers(&url).then_some(url))
}

/// Chromium and its driver (`MOTCUA_TEST_CHROMIUM`, `MOTCUA_TEST_CHROMEDRIVER`, or on the path).
pub fn browser() -> Option<Browser> {
    let chromium = program("MOTCUA_TEST_CHROMIUM", &["chromium", "chromium-browser", "google-chrome"]);
    let chromedriver = program("MOTCUA_TEST_CHROMEDRIVER", &["chromedriver"]);
    let found = chromium.zip(chromedriver).map(|(chromium, chromedriver)| Browser { chromium, chromedriver });
    or_skip("browser", "no Chromium with its driver", found)
}

/// The text of axe-core, the accessibility checker (`MOTCUA_TEST_AXE` names the file `axe.min.js`).
pub fn axe() -> Option<String> {
    let text = env::var("MOTCUA_TEST_AXE").ok().and_then(|path| std::fs::read_to_string(path).ok());
    or_skip("axe", "MOTCUA_TEST_AXE names no readable axe.min.js", text)
}

/// The directory of real data: `shared/data` beside the project or above it, or in `MOTCUA_TEST_SHARED`.
pub fn catalogue() -> Option<PathBuf> {
    let named = env::var("MOTCUA_TEST_SHARED").ok().map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared"));
    let data = named.into_iter().chain(above).map(|dir| dir.join("data"));
    let found = data.into_iter().find(|dir| dir.join("national-catalogue.json").is_file());
    or_skip("catalogue", "no shared/data/national-catalogue.json", found)
}

/// poppler's `pdfsig`, which checks PDF signatures.
pub fn pdfsig() -> Option<PathBuf> {
    or_skip("pdfsig", "no pdfsig (poppler-utils)", program("MOTCUA_TEST_PDFSIG", &["pdfsig"]))
}

/// poppler's `pdftotext`, which reads what stands on a PDF. It comes with `pdfsig`.
pub fn pdftotext() -> Option<PathBuf> {
    or_skip("pdfsig", "no pdftotext (poppler-utils)", program("MOTCUA_TEST_PDFTOTEXT", &["pdftotext"]))
}

/// `xmlsec1`, which checks signatures in XML.
pub fn xmlsec1() -> Option<PathBuf> {
    or_skip("xmlsec1", "no xmlsec1", program("MOTCUA_TEST_XMLSEC1", &["xmlsec1"]))
}

/// Node.js, and the folder in which the npm package `vnpay` is installed (`MOTCUA_TEST_VNPAY` names it).
pub fn vnpay_package() -> Option<(PathBuf, PathBuf)> {
    let folder = env::var_os("MOTCUA_TEST_VNPAY").map(PathBuf::from);
    let folder = folder.filter(|dir| dir.join("node_modules/vnpay/package.json").is_file());
    let found = program("MOTCUA_TEST_NODE", &["node", "nodejs"]).zip(folder);
    or_skip("vnpay", "no Node.js, or MOTCUA_TEST_VNPAY names no folder with the npm package vnpay", found)
}

/// `zbarimg` of the ZBar tools, which reads codes from pictures as a phone does.
pub fn zbarimg() -> Option<PathBuf> {
    or_skip("zbarimg", "no zbarimg (zbar-tools)", program("MOTCUA_TEST_ZBARIMG", &["zbarimg"]))
}

/// Where browser tests put pictures of the pages, if anybody wants to look at them (`MOTCUA_TEST_SHOTS`).
pub fn shots() -> Option<PathBuf> {
    env::var_os("MOTCUA_TEST_SHOTS").map(PathBuf::from).filter(|dir| dir.is_dir())
}

fn or_skip<T>(word: &str, why: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let required = env::var("MOTCUA_TEST_REQUIRE").unwrap_or_default();
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        assert!(!required.split(',').any(|w| w.trim() == word), "{test} requires {word}: {why}");
        // Written past the test harness, which keeps what passing tests print to itself.
        let _ = writeln!(std::io::stderr(), "skipped: {test}: {why}");
    }
    found
}

fn program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = env::var(variable).ok().map(PathBuf::from).filter(|p| p.is_file()) {
        return Some(named);
    }
    let path = env::var_os("PATH")?;
    let dirs: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().flat_map(|name| dirs.iter().map(move |dir| dir.join(name))).find(|file| file.is_file())
}

/// Whether something listens at the address of a `postgres://` URL.
fn answers(url: &str) -> bool {
    let Some(rest) = url.split_once("://").map(|(_, rest)| rest) else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = if host.is_empty() { "127.0.0.1" } else { host };
    let with_port = if host.contains(':') { host.to_owned() } else { format!("{host}:5432") };
    let addresses: Vec<SocketAddr> = with_port.to_socket_addrs().map(Iterator::collect).unwrap_or_default();
    addresses.iter().any(|address| TcpStream::connect_timeout(address, Duration::from_secs(2)).is_ok())
}

/// Fails at once, and by name, where something required is missing.
#[test]
fn what_is_required_is_at_hand() {
    let browser = browser().map(|b| [b.chromium, b.chromedriver]);
    assert!(browser.into_iter().flatten().chain(pdfsig()).chain(zbarimg()).all(|program| program.is_file()));
    assert!(xmlsec1().is_none_or(|program| program.is_file()));
    assert!(vnpay_package().is_none_or(|(node, _)| node.is_file()));
    assert!(catalogue().is_none_or(|data| data.join("procedures.json").is_file()));
    assert!(axe().is_none_or(|text| text.contains("axe")));
    assert!(postgres().is_none_or(|url| url.starts_with("postgres")));
}
