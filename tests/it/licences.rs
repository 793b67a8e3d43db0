//! What the product is built from: registry crates with checksums only, under licences that let a state agency use,
//! change and pass on the whole. (Known vulnerabilities need the advisory database from the network; see `.ci/run`.)

use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// SPDX names that are let in without a word.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "PostgreSQL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

/// `(crate, licence, why)`: let in by name. An exception that is not needed any more fails.
const BY_NAME: &[(&str, &str, &str)] = &[
    ("option-ext", "MPL-2.0", "two small traits behind typst-as-lib's `dirs`, unchanged; MPL binds its own files only"),
    ("webdriver", "MPL-2.0", "browser tests only, not in the product"),
];

/// Crates that must not come in, whoever brings them.
const NEVER: &[(&str, &str)] = &[
    ("ring", "a second crypto provider beside aws-lc-rs makes rustls panic at start"),
    ("openssl", "TLS is rustls; libpq with OpenSSL is the feature pg-tls, from source"),
    ("native-tls", "TLS is rustls"),
];

/// Whether an SPDX expression can be met with allowed licences: `OR` needs one side, `AND` both.
fn is_met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let expression = expression.trim();
    if let Some(parts) = split(expression, " OR ").or_else(|| split(expression, "/")) {
        return parts.iter().any(|part| is_met(part, allowed));
    }
    if let Some(parts) = split(expression, " AND ") {
        return parts.iter().all(|part| is_met(part, allowed));
    }
    match expression.strip_prefix('(').and_then(|e| e.strip_suffix(')')) {
        Some(inner) => is_met(inner, allowed),
        None => allowed(expression),
    }
}

/// Splits at a word that stands outside brackets.
fn split<'a>(expression: &'a str, word: &str) -> Option<Vec<&'a str>> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (i, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && i >= start && expression[i..].starts_with(word) => {
                parts.push(&expression[start..i]);
                start = i + word.len();
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    (parts.len() > 1).then_some(parts)
}

#[test]
fn expressions_are_read() {
    let allowed = |licence: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&licence);
    for good in
        ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "(MIT OR GPL-2.0) AND ISC", "Apache-2.0 WITH LLVM-exception"]
    {
        assert!(is_met(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(GPL-2.0 OR GPL-3.0) AND MIT", ""] {
        assert!(!is_met(bad, &allowed), "{bad}");
    }
}

/// Name and licence of every crate of the build, tests and build scripts included.
fn packages() -> BTreeSet<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--edges=normal,build,dev", "--prefix=none", "--format={p}|{l}|"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let others = lines.lines().filter(|line| !line.is_empty() && !line.starts_with("motcua "));
    others
        .map(|line| {
            let mut parts = line.split('|');
            let name = parts.next().unwrap().split(' ').next().unwrap();
            (name.to_owned(), parts.next().unwrap().to_owned())
        })
        .collect()
}

#[test]
fn every_crate_may_be_used() {
    let mut problems = Vec::new();
    let packages = packages();
    assert!(packages.len() > 200, "only {} crates: is the list whole?", packages.len());
    for (name, licence) in &packages {
        if let Some((_, why)) = NEVER.iter().find(|(never, _)| never == name) {
            problems.push(format!("{name}: {why}"));
        }
        let excepted = BY_NAME.iter().any(|(n, l, _)| n == name && l == licence);
        if !excepted && !is_met(licence, &|l| ALLOWED.contains(&l)) {
            problems.push(format!("{name}: licence `{licence}`"));
        }
    }
    for (name, licence, _) in BY_NAME {
        if !packages.contains(&((*name).to_owned(), (*licence).to_owned())) {
            problems.push(format!("{name}: the exception is not needed any more, remove it"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_crate_comes_from_the_registry_with_a_checksum() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    for block in lock.split("[[package]]").skip(1) {
        let value = |key: &str| block.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix(" = "));
        let name = value("name").unwrap();
        if name == "\"motcua\"" {
            continue;
        }
        assert_eq!(value("source"), Some("\"registry+https://github.com/rust-lang/crates.io-index\""), "{name}");
        assert!(value("checksum").is_some_and(|sum| sum.len() == 66), "{name}");
    }
}
