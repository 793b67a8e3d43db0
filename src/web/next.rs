//! Where a visitor goes after signing in: a path of this portal, or the right start page.

use crate::accounts::AccountKind;

/// `given` if it is a path of this portal. Browsers take `//host` and `/\host` for other sites.
pub(super) fn safe(given: &str) -> Option<&str> {
    let inner = given.strip_prefix('/')?;
    let other_site = inner.starts_with('/') || inner.starts_with('\\');
    let clean = given.len() <= 1000 && given.bytes().all(|b| b > b' ' && b != b'\\' && b < 0x7f);
    let leads_back = ["/dang-nhap", "/dang-xuat", "/dang-ky"].iter().any(|path| given.starts_with(path));
    (clean && !other_site && !leads_back).then_some(given)
}

/// `given` if it is safe, else where people of this kind begin.
pub(super) fn or_start(given: &str, kind: AccountKind) -> &str {
    let start = match kind {
        AccountKind::Officer => "/can-bo",
        AccountKind::Citizen | AccountKind::Business => "/",
    };
    safe(given).filter(|path| *path != "/").unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_portal() {
        for good in ["/", "/ho-so", "/nop-ho-so/1.001193?truong-hop=a", "/a%20b"] {
            assert_eq!(safe(good), Some(good));
        }
        for bad in
            ["", "ho-so", "//evil.invalid", "/\\evil.invalid", "https://evil.invalid", "/a\r\nx: y", "/dang-xuat", "/đ"]
        {
            assert_eq!(safe(bad), None, "{bad}");
        }
        assert_eq!(or_start("//x", AccountKind::Officer), "/can-bo");
        assert_eq!(or_start("/ho-so", AccountKind::Citizen), "/ho-so");
    }
}
