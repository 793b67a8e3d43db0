//! Our own numbers of payments: how they look, and how they are found again in the content of a transfer that banks
//! have cut, bent and wrapped in words of their own.

use crate::kernel::{Timestamp, clock, text};

/// What every number begins with.
const PREFIX: &str = "MC";
/// Digits of the day.
const DAY: usize = 6;
/// Letters of a number: none that is taken for another.
pub const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How many of them nobody can guess.
pub const RANDOM_LETTERS: usize = 10;
/// How many of them must be left of a number that was cut: 30 bits, of which no two payments of a day are alike.
const LEAST_LETTERS: usize = 6;
/// A content is never longer; what banks send beyond it is not looked through.
const LONGEST_CONTENT: usize = 2_000;

/// A number for a payment: the day, so that people find it, and random letters of [`LETTERS`].
pub fn number(now: Timestamp, letters: &str) -> String {
    format!("{PREFIX}{}{letters}", clock::local(now).strftime("%y%m%d"))
}

/// What may be a number in a content, whole or without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The whole number, should nothing have been cut off.
    pub whole: Option<String>,
    /// As much of it as is enough to find it.
    pub beginning: String,
}

impl Trace {
    /// The last number that begins so: with the first, what a store looks between.
    pub fn last(&self) -> String {
        let missing = PREFIX.len() + DAY + RANDOM_LETTERS - self.beginning.len();
        format!("{}{}", self.beginning, "Z".repeat(missing))
    }
}

/// Every place in a content that may be a number of ours. Banks change case, drop or add marks and blanks, put words
/// before and after, and cut the end off: only letters and digits count, in either case.
pub fn traces(content: &str) -> Vec<Trace> {
    let squeezed: Vec<u8> = text::unaccent(content)
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| b.to_ascii_uppercase())
        .take(LONGEST_CONTENT)
        .collect();
    let mut found: Vec<Trace> = Vec::new();
    for at in 0..squeezed.len() {
        let Some(trace) = squeezed.get(at..).and_then(trace_at) else { continue };
        if !found.contains(&trace) {
            found.push(trace);
        }
    }
    found
}

fn trace_at(rest: &[u8]) -> Option<Trace> {
    let rest = rest.strip_prefix(PREFIX.as_bytes())?;
    let day = rest.get(..DAY).filter(|day| is_day(day))?;
    let letters: Vec<u8> =
        rest.iter().skip(DAY).take(RANDOM_LETTERS).copied().take_while(|b| LETTERS.contains(b)).collect();
    let text = |letters: &[u8]| -> String {
        PREFIX.bytes().chain(day.iter().copied()).chain(letters.iter().copied()).map(char::from).collect()
    };
    Some(Trace {
        whole: (letters.len() == RANDOM_LETTERS).then(|| text(&letters)),
        beginning: text(letters.get(..LEAST_LETTERS)?),
    })
}

/// Whether six digits can be year, month and day.
fn is_day(digits: &[u8]) -> bool {
    let number = |two: Option<&[u8]>| std::str::from_utf8(two?).ok()?.parse::<u8>().ok();
    let (month, day) = (number(digits.get(2..4)), number(digits.get(4..6)));
    digits.iter().all(u8::is_ascii_digit)
        && month.is_some_and(|m| (1..=12).contains(&m))
        && day.is_some_and(|d| (1..=31).contains(&d))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NUMBER: &str = "MC261118ABCDEFGHJK";

    fn wholes(content: &str) -> Vec<String> {
        traces(content).into_iter().filter_map(|t| t.whole).collect()
    }

    #[test]
    fn a_number_is_found_whatever_stands_around_it() {
        for content in [
            NUMBER,
            "mc261118abcdefghjk",
            "MC 261118 ABCDE FGHJK",
            "MC-261118.ABCDEFGHJK",
            "MBVCB.6321445871.MC261118ABCDEFGHJK.CT tu 0451000123456 NGUYEN VAN AN toi 0011001234567",
            "Chuyển tiền: MC261118ABCDEFGHJK",
            "NGUYEN VAN AN chuyen khoan lệ phí MC261118ABCDEFGHJK-181126-09:05:22 FT26322123456",
            "MCMC261118ABCDEFGHJK",
            "MC261118ABCDEFGHJKMC",
        ] {
            assert!(wholes(content).contains(&NUMBER.to_owned()), "{content}: {:?}", traces(content));
        }
    }

    #[test]
    fn of_a_cut_number_the_beginning_is_enough() {
        for content in ["MC261118ABCDEF", "ND: mc261118abcdefg", "MC261118ABCDEFGH 0451000123456"] {
            let beginnings: Vec<String> = traces(content).into_iter().map(|t| t.beginning).collect();
            assert_eq!(beginnings, ["MC261118ABCDEF"], "{content}");
        }
        assert_eq!(traces("MC261118ABCDE"), [], "five letters may be anybody's");
    }

    #[test]
    fn what_is_no_number_is_none() {
        for content in
            ["", "le phi ho so", "MC", "MC261399ABCDEFGHJK", "MC000000ABCDEFGHJK", "MC261118ABCDOIGHJK", "MC2611"]
        {
            assert_eq!(traces(content), [], "{content}");
        }
    }

    #[test]
    fn the_numbers_that_begin_so_lie_between_two() {
        let trace = traces(NUMBER).remove(0);
        assert!(trace.beginning.as_str() <= NUMBER && NUMBER <= trace.last().as_str(), "{trace:?}");
        assert_eq!(trace.last(), "MC261118ABCDEFZZZZ");
        let other = "MC261118ABCDEGAAAA";
        assert!(!(trace.beginning.as_str() <= other && other <= trace.last().as_str()));
    }

    #[test]
    fn two_numbers_in_one_content_are_both_found() {
        assert_eq!(wholes("MC261118ABCDEFGHJK MC261118ZZZZZZZZZZ").len(), 2);
    }

    /// Letters of a number.
    fn letters() -> impl Strategy<Value = String> {
        proptest::collection::vec(0..LETTERS.len(), RANDOM_LETTERS)
            .prop_map(|at| at.into_iter().map(|i| char::from(LETTERS[i])).collect())
    }

    proptest! {
        /// Whatever a bank writes before and after, however it spaces and cases: found, at least by its beginning.
        #[test]
        fn banks_may_do_as_they_like(
            letters in letters(), before in "[ -~]{0,40}", after in "[ -~]{0,40}",
            blanks in proptest::collection::vec(0..18_usize, 0..4), lower in any::<bool>(), kept in 14..=18_usize,
        ) {
            let number = format!("MC261118{letters}");
            let mut told = number[..kept].to_owned();
            for at in blanks {
                told.insert(at.min(told.len()), ' ');
            }
            if lower {
                told = told.to_lowercase();
            }
            let traces = traces(&format!("{before} {told} {after}"));
            let beginning = number[..14].to_owned();
            prop_assert!(traces.iter().any(|t| t.beginning == beginning), "{:?}", traces);
            if kept == 18 {
                prop_assert!(traces.iter().any(|t| t.whole.as_ref() == Some(&number)), "{:?}", traces);
            }
        }

        /// Nothing that anybody sends stops us.
        #[test]
        fn any_content_is_read(content in "\\PC{0,300}") {
            for trace in traces(&content) {
                prop_assert_eq!(trace.beginning.len(), 14);
                prop_assert_eq!(trace.last().len(), 18);
            }
        }
    }
}
