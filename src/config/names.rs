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

/// A name in the environment that no setting has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    pub name: String,
    /// The known name that is most like it.
    pub nearest: Option<String>,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no setting", self.name)?;
        self.nearest.as_ref().map_or(Ok(()), |nearest| write!(f, "; is {nearest} meant?"))
    }
}

impl UnknownName {
    /// Whether it is written as a setting of a section: such a one is refused, others are told.
    pub fn is_of_a_section(&self) -> bool {
        self.name.starts_with("MOTCUA__")
    }
}

/// The names that no setting has; `defaults` knows the sections and their keys.
pub(super) fn unknown<'a>(names: impl Iterator<Item = &'a str>, defaults: &Config) -> Vec<UnknownName> {
    let mut known: Vec<String> = FIXED.iter().chain(&WITHOUT_DEFAULT).map(|name| (*name).to_owned()).collect();
    gather("MOTCUA_", &defaults.cache, &mut known);
    let ours = names.filter(|name| name.starts_with("MOTCUA_"));
    let strange = ours.filter(|name| {
        let upper = name.to_uppercase();
        let of_section = upper.starts_with("MOTCUA__") && known.contains(&upper);
        let of_others = OF_TESTS.iter().chain(&OF_KUBERNETES).any(|begin| name.starts_with(begin));
        !of_section && !of_others && !known.iter().any(|k| k == name)
    });
    strange.map(|name| UnknownName { name: name.to_owned(), nearest: nearest(name, &known) }).collect()
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
