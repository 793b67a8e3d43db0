//! Fee rules as data, and what a dossier owes by them. Whole đồng only.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Predicate;
use super::papers::holds;
use super::revision::{Channel, Text};
use crate::kernel::Vnd;

/// The legal kind of what is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    /// Phí: the price of a service.
    Fee,
    /// Lệ phí: the charge for an act of administration.
    Charge,
}

impl FeeKind {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fee => "fee",
            Self::Charge => "charge",
        }
    }
}

/// When a fee falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// With the filing; acceptance waits for it.
    Filing,
    /// The applicant is asked for it with the acceptance; the work does not wait (docs/decisions/0014).
    Acceptance,
    /// Later, at the latest when the result is handed over.
    Later,
}

/// How much is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Amount {
    /// The same for every dossier; 0 is free of charge.
    Fixed { amount: Vnd },
    /// So much for each of the number at `quantity` (a pointer into the form's data).
    PerUnit { amount: Vnd, quantity: String },
    /// So much for each person in the list at `persons`, and for `besides` persons who are not in it.
    Persons {
        amount: Vnd,
        persons: String,
        #[serde(default)]
        besides: u32,
    },
    /// For each row of the list at `rows`: pages × copies with a cap for one copy.
    Pages {
        rows: String,
        /// Name of the row's number of pages.
        pages: String,
        /// Name of the row's number of copies.
        copies: String,
        /// Price of each of the first pages.
        first: Vnd,
        /// How many pages are first pages.
        first_pages: u32,
        /// Price of each further page.
        further: Vnd,
        /// The most that one copy costs.
        cap: Vnd,
    },
    /// The provincial council decides; the rates known so far.
    Council { rates: Vec<CouncilRate> },
}

/// What one province's council decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouncilRate {
    /// Province code, two digits.
    pub province: String,
    pub amount: Vnd,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<Date>,
    /// The resolution, or who set the figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// A group of people who pay nothing, and what proves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exemption {
    pub code: String,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Text>,
    /// JSON Schema over the form's data: who declares it there need not claim it otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Predicate>,
}

/// One fee of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeeRule {
    pub code: String,
    pub kind: FeeKind,
    pub name: Text,
    pub amount: Amount,
    /// The unit in words («bản», «người»), for showing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// The channels it holds for; none named: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// JSON Schema over the form's data; the fee is owed only when the data match it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Predicate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition_text: Option<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exemptions: Vec<Exemption>,
    pub due: Due,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// What a fee is assessed by, besides the answers.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    pub channel: Channel,
    /// The day whose law holds: the day of filing.
    pub date: Date,
    /// Code of the province whose council's rates hold.
    pub province: Option<&'a str>,
    /// Codes of exemptions that the applicant claims beside the answers.
    pub exemptions: &'a [String],
    /// Codes of exemptions that an officer has refused: they hold no more, whatever is claimed.
    pub refused: &'a [String],
}

/// One line of what a dossier owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeLine {
    /// The rule's code.
    pub code: String,
    pub kind: FeeKind,
    pub name: Text,
    /// None: the council's figure is not known here; an officer names it by a payment request.
    pub amount: Option<Vnd>,
    pub due: Due,
    /// How many units, where the amount is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u64>,
    /// The exemption that made it nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<String>,
}

/// Everything a dossier owes by these rules, in their order. A rule that does not apply gives no line;
/// a free or exempted one gives a line of 0.
pub fn assess(rules: &[FeeRule], data: &Value, occasion: &Occasion<'_>) -> Vec<FeeLine> {
    rules.iter().filter(|rule| rule.applies(data, occasion)).filter_map(|rule| rule.line(data, occasion)).collect()
}

/// Whether something will be owed by these rules once the answers say how much of it: no copy, page or person is counted
/// yet.
pub fn counts_later(rules: &[FeeRule], data: &Value, occasion: &Occasion<'_>) -> bool {
    rules.iter().any(|rule| rule.applies(data, occasion) && rule.line(data, occasion).is_none())
}

/// The sum of what is due at filing and known.
pub fn due_at_filing(lines: &[FeeLine]) -> Vnd {
    lines.iter().filter(|line| line.due == Due::Filing).filter_map(|line| line.amount).sum()
}

impl Exemption {
    /// By an answer of the form, or, where the form has no question for it, by choosing it.
    fn is_claimed(&self, data: &Value, occasion: &Occasion<'_>) -> bool {
        match &self.condition {
            Some(_) => holds(self.condition.as_ref(), data),
            None => occasion.exemptions.contains(&self.code),
        }
    }
}

impl FeeRule {
    /// Whether the rule holds on a day.
    pub fn in_force(&self, date: Date) -> bool {
        in_force(self.effective_from, self.effective_to, date)
    }

    /// Whether the rule holds for a channel.
    pub fn is_for(&self, channel: Channel) -> bool {
        self.channels.is_empty() || self.channels.contains(&channel)
    }

    /// What one unit costs on a day; of a fee that councils set, in a province. `None` where it is not known.
    pub fn unit_price(&self, province: Option<&str>, date: Date) -> Option<Vnd> {
        match &self.amount {
            Amount::Fixed { amount } | Amount::PerUnit { amount, .. } | Amount::Persons { amount, .. } => Some(*amount),
            Amount::Pages { first, .. } => Some(*first),
            Amount::Council { rates } => council_rate(rates, province, date).map(|rate| rate.amount),
        }
    }

    /// What a council's figure rests on.
    pub fn council_basis(&self, province: Option<&str>, date: Date) -> Option<&str> {
        let Amount::Council { rates } = &self.amount else { return None };
        council_rate(rates, province, date)?.basis.as_deref()
    }

    fn applies(&self, data: &Value, occasion: &Occasion<'_>) -> bool {
        self.in_force(occasion.date) && self.is_for(occasion.channel) && holds(self.condition.as_ref(), data)
    }

    /// The line of a rule that applies; none when nothing is counted (no copies asked for).
    fn line(&self, data: &Value, occasion: &Occasion<'_>) -> Option<FeeLine> {
        let (amount, quantity) = self.amount.reckon(data, occasion)?;
        let claimed =
            self.exemptions.iter().find(|e| !occasion.refused.contains(&e.code) && e.is_claimed(data, occasion));
        let exempt = claimed.filter(|_| amount != Some(Vnd(0))).map(|e| e.code.clone());
        let amount = if exempt.is_some() { Some(Vnd(0)) } else { amount };
        let (code, name) = (self.code.clone(), self.name.clone());
        Some(FeeLine { code, kind: self.kind, name, amount, due: self.due, quantity, exempt })
    }
}

impl Amount {
    /// Amount (none: not known) and quantity; `None` when nothing is owed because nothing is counted.
    fn reckon(&self, data: &Value, occasion: &Occasion<'_>) -> Option<(Option<Vnd>, Option<u64>)> {
        match self {
            Self::Fixed { amount } => Some((Some(*amount), None)),
            Self::PerUnit { amount, quantity } => counted(*amount, number(data.pointer(quantity))),
            Self::Persons { amount, persons, besides } => {
                let listed = data.pointer(persons).and_then(Value::as_array).map_or(0, Vec::len);
                counted(*amount, (listed as u64).saturating_add(u64::from(*besides)))
            }
            Self::Pages { rows, pages, copies, first, first_pages, further, cap } => {
                let rows = data.pointer(rows).and_then(Value::as_array)?;
                let price = PagePrice { first: *first, first_pages: *first_pages, further: *further, cap: *cap };
                let mut sum = 0_i64;
                let mut made = 0_u64;
                for row in rows {
                    let copies = number(row.get(copies));
                    let pages = number(row.get(pages));
                    made = made.saturating_add(copies);
                    sum = sum.saturating_add(times(price.one_copy(pages), copies).0);
                }
                (made > 0).then_some((Some(Vnd(sum)), Some(made)))
            }
            Self::Council { rates } => {
                Some((council_rate(rates, occasion.province, occasion.date).map(|rate| rate.amount), None))
            }
        }
    }
}

/// What the council of a province has set for a day.
fn council_rate<'a>(rates: &'a [CouncilRate], province: Option<&str>, date: Date) -> Option<&'a CouncilRate> {
    rates
        .iter()
        .find(|rate| province == Some(rate.province.as_str()) && in_force(rate.effective_from, rate.effective_to, date))
}

/// The price of certified copies (TT 226/2016/TT-BTC): first pages, further pages, cap a copy.
struct PagePrice {
    first: Vnd,
    first_pages: u32,
    further: Vnd,
    cap: Vnd,
}

impl PagePrice {
    fn one_copy(&self, pages: u64) -> Vnd {
        let first = pages.min(u64::from(self.first_pages));
        let sum = times(self.first, first).0.saturating_add(times(self.further, pages - first).0);
        Vnd(sum.min(self.cap.0))
    }
}

fn counted(amount: Vnd, quantity: u64) -> Option<(Option<Vnd>, Option<u64>)> {
    (quantity > 0).then(|| (Some(times(amount, quantity)), Some(quantity)))
}

fn times(amount: Vnd, quantity: u64) -> Vnd {
    Vnd(amount.0.saturating_mul(i64::try_from(quantity).unwrap_or(i64::MAX)))
}

/// A count in the answers; anything that is no whole, non-negative number counts nothing.
fn number(value: Option<&Value>) -> u64 {
    value.and_then(Value::as_u64).unwrap_or(0)
}

fn in_force(from: Option<Date>, to: Option<Date>, on: Date) -> bool {
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const TODAY: Date = jiff::civil::date(2026, 11, 21);

    fn rule(amount: Amount) -> FeeRule {
        FeeRule {
            code: "f".into(),
            kind: FeeKind::Fee,
            name: Text::vi("Phí"),
            amount,
            unit: None,
            channels: vec![],
            condition: None,
            condition_text: None,
            exemptions: vec![],
            due: Due::Filing,
            effective_from: None,
            effective_to: None,
            legal_basis: None,
            note: None,
        }
    }

    fn online(date: Date) -> Occasion<'static> {
        Occasion { channel: Channel::Online, date, province: Some("46"), exemptions: &[], refused: &[] }
    }

    fn certified_copies() -> FeeRule {
        rule(Amount::Pages {
            rows: "/l".into(),
            pages: "p".into(),
            copies: "c".into(),
            first: Vnd(2_000),
            first_pages: 2,
            further: Vnd(1_000),
            cap: Vnd(200_000),
        })
    }

    fn sum(rule: FeeRule, data: &Value) -> i64 {
        assess(&[rule], data, &online(TODAY)).iter().filter_map(|l| l.amount).map(|a| a.0).sum()
    }

    #[test]
    fn certified_copies_cost_by_page_with_a_cap() {
        let one = |p: u64, c: u64| sum(certified_copies(), &json!({"l": [{"p": p, "c": c}]}));
        assert_eq!(one(1, 1), 2_000);
        assert_eq!(one(2, 1), 4_000);
        assert_eq!(one(3, 2), 10_000);
        assert_eq!(one(198, 1), 200_000);
        assert_eq!(one(500, 3), 600_000);
        let two = json!({"l": [{"p": 1, "c": 2}, {"p": 5, "c": 1}]});
        assert_eq!(sum(certified_copies(), &two), 4_000 + 7_000);
        assert!(assess(&[certified_copies()], &json!({"l": []}), &online(TODAY)).is_empty());
    }

    #[test]
    fn copies_and_persons_are_counted() {
        let copies = || rule(Amount::PerUnit { amount: Vnd(8_000), quantity: "/s/n".into() });
        assert_eq!(sum(copies(), &json!({"s": {"n": 3}})), 24_000);
        assert!(assess(&[copies()], &json!({"s": {}}), &online(TODAY)).is_empty());
        assert!(assess(&[copies()], &json!({"s": {"n": -2}}), &online(TODAY)).is_empty());
        let persons = rule(Amount::Persons { amount: Vnd(10_000), persons: "/m".into(), besides: 1 });
        assert_eq!(sum(persons, &json!({"m": [{}, {}]})), 30_000);
    }

    #[test]
    fn channel_date_condition_and_exemption_decide() {
        let mut counter = rule(Amount::Fixed { amount: Vnd(20_000) });
        counter.channels = vec![Channel::Counter];
        assert!(assess(&[counter.clone()], &json!({}), &online(TODAY)).is_empty());
        counter.channels = vec![Channel::Online];
        counter.effective_to = Some(TODAY);
        assert_eq!(assess(&[counter.clone()], &json!({}), &online(TODAY)).len(), 1);
        let tomorrow = jiff::civil::date(2026, 11, 22);
        assert!(assess(&[counter.clone()], &json!({}), &online(tomorrow)).is_empty());
        counter.condition = Some(json!({"required": ["lost"]}).into());
        assert!(assess(&[counter.clone()], &json!({}), &online(TODAY)).is_empty());
        counter.exemptions =
            vec![Exemption { code: "poor".into(), name: Text::vi("Hộ nghèo"), proof: None, condition: None }];
        let claims = ["poor".to_owned()];
        let occasion = Occasion { exemptions: &claims, ..online(TODAY) };
        let lines = assess(&[counter], &json!({"lost": true}), &occasion);
        assert_eq!((lines[0].amount, lines[0].exempt.as_deref()), (Some(Vnd(0)), Some("poor")));
        assert_eq!(due_at_filing(&lines), Vnd(0));
    }

    #[test]
    fn a_councils_rate_holds_in_its_province_and_time() {
        let rate = CouncilRate {
            province: "46".into(),
            amount: Vnd(8_000),
            effective_from: Some(jiff::civil::date(2026, 1, 1)),
            effective_to: None,
            basis: None,
        };
        let rules = [rule(Amount::Council { rates: vec![rate] })];
        assert_eq!(assess(&rules, &json!({}), &online(TODAY))[0].amount, Some(Vnd(8_000)));
        let earlier = jiff::civil::date(2025, 12, 31);
        assert_eq!(assess(&rules, &json!({}), &online(earlier))[0].amount, None);
        let elsewhere = Occasion { province: Some("01"), ..online(TODAY) };
        assert_eq!(assess(&rules, &json!({}), &elsewhere)[0].amount, None);
    }

    proptest! {
        /// More pages or copies never cost less, no copy costs more than the cap, nothing overflows.
        #[test]
        fn pages_are_monotone_and_capped(p in 0_u64..100_000, c in 0_u64..10_000, dp in 0_u64..50, dc in 0_u64..50) {
            let cost = |p: u64, c: u64| sum(certified_copies(), &json!({"l": [{"p": p, "c": c}]}));
            prop_assert!(cost(p + dp, c) >= cost(p, c));
            prop_assert!(cost(p, c + dc) >= cost(p, c));
            prop_assert!(cost(p, c) <= 200_000 * i64::try_from(c).unwrap());
            if c > 0 && p > 0 {
                prop_assert_eq!(cost(p, c), cost(p, 1) * i64::try_from(c).unwrap());
            }
        }

        /// Whatever stands in the data, assessing neither fails nor owes a negative amount.
        #[test]
        fn never_negative(n in any::<i64>(), p in any::<u64>(), c in any::<u64>()) {
            let rules = [
                rule(Amount::PerUnit { amount: Vnd(8_000), quantity: "/n".into() }),
                certified_copies(),
                rule(Amount::Persons { amount: Vnd(10_000), persons: "/n".into(), besides: 0 }),
            ];
            let lines = assess(&rules, &json!({"n": n, "l": [{"p": p, "c": c}]}), &online(TODAY));
            prop_assert!(lines.iter().all(|line| line.amount.is_none_or(|a| a.0 >= 0)));
        }
    }
}
