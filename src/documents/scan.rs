//! Looking for malware in uploads. A scan that is still to come doesn't block filing, only opening.

/// What is known about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanState {
    /// Waits for its scan.
    Pending,
    /// Scanned, nothing found.
    Clean,
    /// Malware found: nobody may open it; it becomes a supplement item.
    Infected,
    /// No scanner is configured; officers are told so before they open it.
    Unscanned,
}

impl ScanState {
    /// The fixed name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Clean => "clean",
            Self::Infected => "infected",
            Self::Unscanned => "unscanned",
        }
    }

    /// Reads a fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Clean, Self::Infected, Self::Unscanned].into_iter().find(|state| state.as_str() == text)
    }

    /// Whether people other than the one who uploaded it may open the file.
    pub fn may_be_opened(self) -> bool {
        matches!(self, Self::Clean | Self::Unscanned)
    }
}

/// The scanner could not say: it is away, slow or refused the file. The file stays pending.
#[derive(Debug, thiserror::Error)]
#[error("malware scanner: {0}")]
pub struct ScanError(pub String);

/// A malware scanner. Calls block: use it off the async threads, outside transactions.
pub trait Scanner: Send + Sync {
    /// `true` when nothing was found, `false` when malware was.
    fn is_clean(&self, content: &[u8]) -> Result<bool, ScanError>;
}

/// The state a new file starts in, by whether a scanner is configured.
pub fn initial_state(scanner: Option<&dyn Scanner>) -> ScanState {
    if scanner.is_some() { ScanState::Pending } else { ScanState::Unscanned }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for state in [ScanState::Pending, ScanState::Clean, ScanState::Infected, ScanState::Unscanned] {
            assert_eq!(ScanState::parse(state.as_str()), Some(state));
        }
        assert_eq!(ScanState::parse("fine"), None);
    }

    #[test]
    fn a_file_that_waits_or_is_infected_stays_shut() {
        assert!(!ScanState::Pending.may_be_opened());
        assert!(!ScanState::Infected.may_be_opened());
        assert!(ScanState::Clean.may_be_opened());
    }
}
