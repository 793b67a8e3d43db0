//! What is to be generated, drawn from one seed: the same people, days, procedures and outcomes every time.

use jiff::civil::{Date, date};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::kernel::national::Sex;

/// How much, and from which seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub dossiers: usize,
    /// `None`: one citizen for three dossiers.
    pub citizens: Option<usize>,
    /// How far back the first dossier was filed.
    pub months: u32,
    pub seed: u64,
}

/// An invented citizen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citizen {
    pub number: String,
    pub name: String,
    pub born: Date,
    pub sex: Sex,
}

/// How a dossier ends, when time suffices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Granted, signed, handed over.
    Settled,
    /// As [`Fate::Settled`], after papers were asked for once.
    Supplemented,
    /// Not accepted.
    Refused,
    /// Taken back before acceptance.
    Withdrawn,
    /// Accepted, then stopped by the handler.
    Stopped,
}

/// One dossier to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// Place of the applicant among the citizens.
    pub citizen: usize,
    /// Drawn number that picks agency and procedure among those that are offered.
    pub pick: u32,
    /// The day it was filed, counted back from today.
    pub days_ago: u32,
    /// Minute of that day: people file in the evening too, unless they come to the counter.
    pub minute: u32,
    pub at_counter: bool,
    pub fate: Fate,
    /// Working minutes until the clerk looks at it.
    pub accepted_after: u32,
    /// Per cent of the limit that settling takes; over 100 is late.
    pub pace: u32,
    /// 1–5, if the citizen rates at all.
    pub rating: Option<u8>,
}

/// Everything that will be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub citizens: Vec<Citizen>,
    /// In the order of filing.
    pub lives: Vec<Life>,
}

const SURNAMES: [&str; 14] =
    ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Tôn Nữ"];
const MIDDLE: [&str; 10] = ["Thị", "Văn", "Minh", "Thanh", "Ngọc", "Quốc", "Bảo", "Hữu", "Thùy", "Xuân"];
const GIVEN: [&str; 16] = [
    "An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hạnh", "Khoa", "Lan", "Long", "Mai", "Nam", "Phúc", "Quỳnh", "Thảo",
    "Yến",
];
/// Names that don't follow surname, middle name, given name.
const OTHERS: [&str; 8] =
    ["Y Ƀlŏ Niê", "Ksor H'Bơ", "Hồ Văn Đắc", "H'Hen Ayŭn", "Giàng A Páo", "Lò Thị Ếm", "Thạch Sơn", "Kpă Čul"];

impl Plan {
    /// Draws the plan. Every number in it comes from the seed.
    pub fn draw(wanted: Wanted) -> Self {
        let mut rng = StdRng::seed_from_u64(wanted.seed);
        let count = wanted.citizens.unwrap_or(wanted.dossiers.div_ceil(3)).clamp(1, 900_000);
        let citizens = (0..count).map(|i| citizen(&mut rng, serial(wanted.seed, i))).collect();
        let days = wanted.months.max(1).saturating_mul(30);
        let mut lives: Vec<Life> = (0..wanted.dossiers).map(|_| life(&mut rng, count, days)).collect();
        lives.sort_by_key(|life| (std::cmp::Reverse(life.days_ago), life.minute));
        Self { citizens, lives }
    }
}

/// Six digits of a number: other seeds begin elsewhere, so that several fit into one database.
fn serial(seed: u64, i: usize) -> u64 {
    let begin = (seed % 900_000).wrapping_mul(100_003);
    (begin + i as u64) % 900_000 + 100_000
}

/// Numbers 046 (Huế) with sex and year of birth as they must be; the serial makes each one unique.
fn citizen(rng: &mut StdRng, serial: u64) -> Citizen {
    let sex = if rng.random_bool(0.5) { Sex::Male } else { Sex::Female };
    let year: i16 = rng.random_range(1950..1999);
    let born = date(year, rng.random_range(1..=12), rng.random_range(1..=28));
    let century_and_sex = u8::from(sex == Sex::Female);
    let number = format!("046{century_and_sex}{:02}{serial:06}", year % 100);
    let name = if rng.random_bool(0.05) {
        one(rng, &OTHERS).to_owned()
    } else {
        format!("{} {} {}", one(rng, &SURNAMES), one(rng, &MIDDLE), one(rng, &GIVEN))
    };
    Citizen { number, name, born, sex }
}

fn one<'a>(rng: &mut StdRng, of: &[&'a str]) -> &'a str {
    of.get(rng.random_range(0..of.len())).copied().unwrap_or_default()
}

fn life(rng: &mut StdRng, citizens: usize, days: u32) -> Life {
    let at_counter = rng.random_bool(0.3);
    // At the counter in office hours, at home from six in the morning until ten at night.
    let minute = if at_counter { rng.random_range(8 * 60..11 * 60) } else { rng.random_range(6 * 60..22 * 60) };
    let fate = match rng.random_range(0..100) {
        0..82 => Fate::Settled,
        82..92 => Fate::Supplemented,
        92..95 => Fate::Refused,
        95..98 => Fate::Withdrawn,
        _ => Fate::Stopped,
    };
    // Most are quick, one in twelve is late.
    let pace = if rng.random_bool(0.08) { rng.random_range(101..150) } else { rng.random_range(15..95) };
    let rating = rng.random_bool(0.3).then(|| if rng.random_bool(0.85) { rng.random_range(4..=5) } else { 2 });
    Life {
        citizen: rng.random_range(0..citizens),
        pick: rng.random(),
        days_ago: rng.random_range(0..days),
        minute,
        at_counter,
        fate,
        accepted_after: rng.random_range(10..440),
        pace,
        rating,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted { dossiers: 500, citizens: None, months: 6, seed: 7 };

    #[test]
    fn one_seed_gives_one_plan_and_another_seed_another() {
        assert_eq!(Plan::draw(WANTED), Plan::draw(WANTED));
        assert_ne!(Plan::draw(WANTED), Plan::draw(Wanted { seed: 8, ..WANTED }));
    }

    #[test]
    fn people_have_numbers_that_agree_with_birth_and_sex_and_are_unlike_each_other() {
        let plan = Plan::draw(WANTED);
        let mut numbers: Vec<&str> = plan.citizens.iter().map(|c| c.number.as_str()).collect();
        for person in &plan.citizens {
            let number = crate::kernel::national::PersonalNumber::parse(&person.number).unwrap();
            assert_eq!(number.sex(), person.sex, "{}", person.number);
            assert_eq!(number.birth_year(), person.born.year(), "{}", person.number);
            assert_eq!(crate::kernel::names::check(&person.name).unwrap(), person.name);
        }
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), plan.citizens.len());
    }

    #[test]
    fn dossiers_come_in_the_order_of_filing_and_end_in_every_way() {
        let plan = Plan::draw(WANTED);
        assert_eq!((plan.lives.len(), plan.citizens.len()), (500, 167));
        assert!(plan.lives.windows(2).all(|w| w[0].days_ago >= w[1].days_ago));
        for fate in [Fate::Settled, Fate::Supplemented, Fate::Refused, Fate::Withdrawn, Fate::Stopped] {
            assert!(plan.lives.iter().any(|l| l.fate == fate), "{fate:?}");
        }
        assert!(plan.lives.iter().all(|l| l.days_ago < 180 && l.citizen < 167));
    }
}
