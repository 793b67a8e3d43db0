//! Names in the environment: a misspelt one would be passed over without a word.

use std::fmt;

use config::{Config, Value, ValueKind};

use crate::kernel::edits::edits;

/// Names that stand for themselves; every other setting is `MOTCUA__SECTION__KEY`.
const FIXED: [&str; 9] = [
    "DATABASE_URL",
    "MOTCUA_PROFILE",
    "MOTCUA_LISTEN",
    "MOTCUA_DATA_DIR",
    "MOTCUA_STORAGE_URL",
    "MOTCUA_SECRET_KEY",
    "MOTCUA_PUBLIC_URL",
    "MOTCUA_NOW",
    "MOTCUA_SMTP_URL",
];

/// Settings that have no default, so that no file names them.
const WITHOUT_DEFAULT: [&str; 2] = ["MOTCUA__STORAGE__URL", "MOTCUA__METRICS__TOKEN"];

/// Beginnings of names that tests, benches and the checks before landing read.
const OF_TESTS: [&str; 3] = ["MOTCUA_TEST_", "MOTCUA_BENCH_", "MOTCUA_CI_"];

/// Beginnings of names that Kubernetes gives every process beside a service called `motcua`.
const OF_KUBERNETES: [&str; 2] = ["MOTCUA_SERVICE_", "MOTCUA_PORT_"];

/// Settings that earlier versions had, and what holds instead.
const REMOVED: [(&str, &str); 5] = [
    ("security.page_session_hours", "how long sessions last is fixed"),
    ("security.officer_session_hours", "how long sessions last is fixed"),
    ("security.api_session_hours", "how long sessions last is fixed"),
    ("limits.upload_mib", "a file has at most 20 MiB"),
    ("limits.dossier_uploads_mib", "the files of a dossier have at most 100 MiB"),
];

/// What the library calls the environment where it tells a value's origin.
pub(super) const THE_ENVIRONMENT: &str = "the environment";

/// A name in the environment or in a settings file that no setting has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// As it is written, with the file where it stands in one.
    pub name: String,
    /// The known name that is most like it.
    pub nearest: Option<String>,
    /// Of a setting that earlier versions had: what holds instead.
    pub instead: Option<&'static str>,
    /// It stands in a section that is known: such a one is refused, others are told.
    pub refused: bool,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.instead, &self.nearest) {
            (Some(instead), _) => write!(f, "{} is no setting any more: {instead}", self.name),
            (None, Some(nearest)) => write!(f, "{} is no setting; is {nearest} meant?", self.name),
            (None, None) => write!(f, "{} is no setting", self.name),
        }
    }
}

/// The names of the environment that no setting has; `defaults` knows the sections and their keys.
pub(super) fn unknown<'a>(names: impl Iterator<Item = &'a str>, defaults: &Config) -> Vec<UnknownName> {
    let known = known(defaults);
    let ours = names.filter(|name| name.starts_with("MOTCUA_"));
    let strange = ours.filter(|name| {
        let upper = name.to_uppercase();
        let of_section = upper.starts_with("MOTCUA__") && known.contains(&upper);
        let of_others = OF_TESTS.iter().chain(&OF_KUBERNETES).any(|begin| name.starts_with(begin));
        !of_section && !of_others && !known.iter().any(|k| k == name)
    });
    strange
        .map(|name| {
            let instead = instead_of(name);
            let refused = name.starts_with("MOTCUA__") && instead.is_none() && is_in_a_section(name, &known);
            UnknownName { name: name.to_owned(), nearest: nearest(name, &known), instead, refused }
        })
        .collect()
}

/// Takes out of the settings what no setting is, so that it has no effect, and tells what of it stands in files
/// ([`unknown`] tells the rest).
pub(super) fn take_strays(settings: &mut Config, defaults: &Config) -> Vec<UnknownName> {
    let known = known(defaults);
    let mut strays = Vec::new();
    strip("", &defaults.cache, &mut settings.cache, &mut strays);
    let of_files = strays.into_iter().filter_map(|(path, value)| {
        let file = origin(&value).filter(|origin| *origin != THE_ENVIRONMENT)?;
        let name = env_name(&path);
        let instead = instead_of(&name);
        let whole = matches!(value.kind, ValueKind::Table(_));
        Some(UnknownName {
            name: format!("{path} in {file}"),
            nearest: nearest(&name, &known).map(|name| key(&name)),
            instead,
            refused: instead.is_none() && !whole,
        })
    });
    of_files.collect()
}

/// Every name that a setting has.
fn known(defaults: &Config) -> Vec<String> {
    let mut known: Vec<String> = FIXED.iter().chain(&WITHOUT_DEFAULT).map(|name| (*name).to_owned()).collect();
    gather("MOTCUA_", &defaults.cache, &mut known);
    known
}

/// `site.place` as the environment writes it: `MOTCUA__SITE__PLACE`.
pub(super) fn env_name(path: &str) -> String {
    format!("MOTCUA__{}", path.replace('.', "__").to_uppercase())
}

/// The opposite of [`env_name`]; other names as they are.
fn key(name: &str) -> String {
    name.strip_prefix("MOTCUA__").map_or_else(|| name.to_owned(), |path| path.replace("__", ".").to_lowercase())
}

fn instead_of(name: &str) -> Option<&'static str> {
    let name = name.to_uppercase();
    REMOVED.iter().find(|(path, _)| env_name(path) == name).map(|(_, instead)| *instead)
}

/// Whether a name stands beside known ones.
fn is_in_a_section(name: &str, known: &[String]) -> bool {
    let name = name.to_uppercase();
    let Some((section, _)) = name.rsplit_once("__") else { return true };
    known.iter().any(|k| k.rsplit_once("__").is_some_and(|(other, _)| other == section)) || section == "MOTCUA"
}

/// Takes away what the defaults do not have, with its path.
fn strip(path: &str, known: &Value, there: &mut Value, strays: &mut Vec<(String, Value)>) {
    let (ValueKind::Table(known), ValueKind::Table(there)) = (&known.kind, &mut there.kind) else { return };
    let mut keys: Vec<String> = there.keys().cloned().collect();
    keys.sort();
    for key in keys {
        let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        if WITHOUT_DEFAULT.contains(&env_name(&at).as_str()) {
            continue;
        }
        match known.get(&key) {
            Some(known) => {
                if let Some(below) = there.get_mut(&key) {
                    strip(&at, known, below, strays);
                }
            }
            None => strays.extend(there.remove(&key).map(|stray| (at, stray))),
        }
    }
}

/// Where a value was written: a table where its first key was.
fn origin(value: &Value) -> Option<&str> {
    match &value.kind {
        ValueKind::Table(keys) => keys.values().find_map(origin).or_else(|| value.origin()),
        _ => value.origin(),
    }
}

/// Every key below a value, as the environment writes it.
fn gather(path: &str, value: &Value, known: &mut Vec<String>) {
    match &value.kind {
        ValueKind::Table(keys) => {
            for (key, below) in keys {
                gather(&format!("{path}_{}_", key.to_uppercase()), below, known);
            }
        }
        _ => known.push(path.trim_end_matches('_').to_owned()),
    }
}

/// One typing error for three letters, two at least, or a name cut short or with the product's name before it.
fn nearest(name: &str, known: &[String]) -> Option<String> {
    let name = name.to_uppercase();
    let own = name.strip_prefix("MOTCUA_").unwrap_or(&name);
    let most = u8::try_from(own.len() / 3).unwrap_or(u8::MAX).clamp(2, 6);
    let apart = |k: &String| edits(name.as_bytes(), k.as_bytes(), most);
    let closest = known.iter().filter_map(|k| Some((apart(k)?, k))).min().map(|(_, k)| k);
    closest.or_else(|| known.iter().find(|k| k.starts_with(&name) || *k == own)).cloned()
}

#[cfg(test)]
mod tests {
    use config::{File, FileFormat};

    use super::*;

    fn told(names: &[&str]) -> Vec<String> {
        let defaults = File::from_str(include_str!("../../config/default.toml"), FileFormat::Toml);
        let defaults = Config::builder().add_source(defaults).build().unwrap();
        unknown(names.iter().copied(), &defaults).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_known_is_not_told() {
        let known = [
            "DATABASE_URL",
            "MOTCUA_SECRET_KEY",
            "MOTCUA__SERVER__TRUSTED_PROXIES",
            "MOTCUA__SMS__ESMS__API_KEY",
            "MOTCUA__STORAGE__URL",
            "MOTCUA__METRICS__TOKEN",
            "MOTCUA__site__place",
            "MOTCUA_TEST_REQUIRE",
            "MOTCUA_CI_TARGET",
            "MOTCUA_SERVICE_HOST",
            "MOTCUA_PORT_8080_TCP",
            "MOTCUATE",
        ];
        assert_eq!(told(&known), [""; 0]);
    }

    /// What a settings file has beside the defaults: what is told, and whether it is refused.
    fn in_file(text: &str) -> Vec<(String, bool)> {
        let toml = |text: &str| File::from_str(text, FileFormat::Toml);
        let defaults = toml(include_str!("../../config/default.toml"));
        let defaults = Config::builder().add_source(defaults).build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("local.toml");
        std::fs::write(&path, text).unwrap();
        let mut settings = Config::builder().add_source(defaults.clone()).add_source(File::from(path)).build().unwrap();
        let found = take_strays(&mut settings, &defaults);
        assert!(take_strays(&mut settings, &defaults).is_empty(), "they have no effect");
        let without_place = |told: &str| {
            let (key, rest) = told.split_once(" in ").unwrap();
            let (file, what) = rest.split_once(" is no setting").unwrap();
            assert!(file.ends_with("local.toml"), "{told}");
            format!("{key} is no setting{what}")
        };
        found.into_iter().map(|f| (without_place(&f.to_string()), f.refused)).collect()
    }

    #[test]
    fn files_may_have_sections_of_other_versions_but_no_misspelt_keys() {
        assert_eq!(
            in_file("[site]\nplace = \"Huế\"\n[storage]\nurl = \"file:x\"\n[metrics]\ntoken = \"x\"\n"),
            Vec::new()
        );
        let told = |text: &str, refused| vec![(text.to_owned(), refused)];
        assert_eq!(in_file("[vneid]\nkey = \"x\"\nurl = \"y\"\n"), told("vneid is no setting", false));
        assert_eq!(in_file("[sms.zalo]\nkey = \"x\"\n"), told("sms.zalo is no setting", false));
        assert_eq!(
            in_file("[security]\npage_session_hours = 12\n"),
            told("security.page_session_hours is no setting any more: how long sessions last is fixed", false)
        );
        assert_eq!(in_file("[site]\nplaec = \"x\"\n"), told("site.plaec is no setting; is site.place meant?", true));
    }

    #[test]
    fn what_is_misspelt_is_told_with_what_is_meant() {
        assert_eq!(told(&["MOTCUA_PUBLIC_ULR"]), ["MOTCUA_PUBLIC_ULR is no setting; is MOTCUA_PUBLIC_URL meant?"]);
        assert_eq!(told(&["MOTCUA_SITE__PLACE"]), ["MOTCUA_SITE__PLACE is no setting; is MOTCUA__SITE__PLACE meant?"]);
        assert_eq!(
            told(&["MOTCUA__SMS__GATWAY"]),
            ["MOTCUA__SMS__GATWAY is no setting; is MOTCUA__SMS__GATEWAY meant?"]
        );
        assert_eq!(told(&["MOTCUA_DATABASE_URL"]), ["MOTCUA_DATABASE_URL is no setting; is DATABASE_URL meant?"]);
        assert_eq!(told(&["MOTCUA_SECRET"]), ["MOTCUA_SECRET is no setting; is MOTCUA_SECRET_KEY meant?"]);
        assert_eq!(told(&["MOTCUA_PORT"]), ["MOTCUA_PORT is no setting"]);
        assert_eq!(told(&["MOTCUA_SOMETHING_ELSE_ALTOGETHER"]), ["MOTCUA_SOMETHING_ELSE_ALTOGETHER is no setting"]);
    }
}
