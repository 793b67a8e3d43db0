//! What is served below `/static/`: embedded, under names that hold their content's hash, already compressed.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Name in the sources, such as `css/app.css`.
    pub name: &'static str,
    /// Address with the content's hash, such as `/static/css/app.0123456789.css`. May be cached for ever.
    pub path: &'static str,
    /// Value of the `Content-Type` header.
    pub mime: &'static str,
    /// The bytes as they are.
    pub body: &'static [u8],
    /// The bytes compressed with brotli.
    pub brotli: &'static [u8],
}

/// Value of the `Cache-Control` header of every asset: its address changes with its content.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The address of an asset by its name in the sources.
pub fn asset_url(name: &str) -> Option<&'static str> {
    ASSETS.binary_search_by(|asset| asset.name.cmp(name)).ok().and_then(|i| ASSETS.get(i)).map(|asset| asset.path)
}

/// The asset behind an address, given with or without the leading `/static/`.
pub fn find(path: &str) -> Option<&'static Asset> {
    let path = path.strip_prefix("/static/").unwrap_or(path);
    ASSETS.iter().find(|asset| asset.path.strip_prefix("/static/") == Some(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_found_by_name_and_by_address() {
        assert!(ASSETS.iter().any(|a| a.name == "css/app.css"));
        for asset in ASSETS {
            assert_eq!(asset_url(asset.name), Some(asset.path));
            assert_eq!(find(asset.path).map(|a| a.name), Some(asset.name));
            assert_eq!(find(asset.path.trim_start_matches("/static/")).map(|a| a.name), Some(asset.name));
        }
        assert!(find("css/app.css").is_none(), "an address without its hash is not served");
        assert!(asset_url("css/nothing.css").is_none());
    }

    #[test]
    fn the_first_visit_is_light() {
        let style = ASSETS.iter().find(|a| a.name == "css/app.css").map_or(0, |a| a.brotli.len());
        let all: usize = ASSETS.iter().map(|a| a.brotli.len()).sum();
        assert!(style < 16_000, "the style sheet has grown to {style} bytes");
        assert!(all < 48_000, "styles, scripts and pictures have grown to {all} bytes");
    }

    #[test]
    fn scripts_know_every_module() {
        let app = ASSETS.iter().find(|a| a.name == "js/app.js").expect("app.js");
        let text = std::str::from_utf8(app.body).expect("text");
        for module in ASSETS.iter().filter(|a| a.name.starts_with("js/") && a.name != "js/app.js") {
            assert!(text.contains(module.path), "{}", module.name);
        }
    }
}
