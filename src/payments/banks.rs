//! Banks by their numbers at NAPAS: what people who type a transfer themselves look for in their bank's list.

/// Number and usual name, by number. Public facts, as the package vietnam-qr-pay 1.5.1 (MIT) lists them; of two names
/// for one number the present one.
const BANKS: &[(&str, &str)] = &[
    ("422589", "CIMB Bank"),
    ("458761", "HSBC Vietnam"),
    ("546034", "CAKE by VPBank"),
    ("546035", "Ubank by VPBank"),
    ("668888", "Kasikornbank"),
    ("796500", "DBS Bank"),
    ("801011", "Nonghyup Bank"),
    ("963369", "Liobank"),
    ("963388", "Timo"),
    ("970400", "SaigonBank"),
    ("970403", "Sacombank"),
    ("970405", "Agribank"),
    ("970406", "Vikki Bank"),
    ("970407", "Techcombank"),
    ("970408", "GPBank"),
    ("970409", "BacA Bank"),
    ("970410", "Standard Chartered Vietnam"),
    ("970412", "PVcomBank"),
    ("970414", "MBV"),
    ("970415", "VietinBank"),
    ("970416", "ACB"),
    ("970418", "BIDV"),
    ("970419", "NCB Bank"),
    ("970421", "VietNgaBank"),
    ("970422", "MB Bank"),
    ("970423", "TPBank"),
    ("970424", "Shinhan Bank"),
    ("970425", "AB Bank"),
    ("970426", "MSB"),
    ("970427", "VietABank"),
    ("970428", "Nam A Bank"),
    ("970429", "SCB"),
    ("970430", "PG Bank"),
    ("970431", "Eximbank"),
    ("970432", "VPBank"),
    ("970433", "VietBank"),
    ("970434", "Indovina Bank"),
    ("970436", "Vietcombank"),
    ("970437", "HDBank"),
    ("970438", "BaoViet Bank"),
    ("970439", "Public Bank Vietnam"),
    ("970440", "SeABank"),
    ("970441", "VIB"),
    ("970442", "HongLeong Bank"),
    ("970443", "SHB"),
    ("970444", "CB Bank"),
    ("970446", "Co-op Bank"),
    ("970448", "OCB Bank"),
    ("970449", "LPBank"),
    ("970452", "KienlongBank"),
    ("970454", "BVBank"),
    ("970455", "IBK HN"),
    ("970456", "IBK HCM"),
    ("970457", "Woori Bank"),
    ("970458", "United Overseas Bank Vietnam"),
    ("970462", "Kookmin Bank HN"),
    ("970463", "Kookmin Bank HCM"),
];

/// The usual name of a bank; none where the number is nobody's that we know of.
pub fn name(bin: &str) -> Option<&'static str> {
    let at = BANKS.binary_search_by_key(&bin, |(number, _)| *number).ok()?;
    BANKS.get(at).map(|(_, name)| *name)
}

/// The numbers of all of them.
pub fn numbers() -> impl Iterator<Item = &'static str> {
    BANKS.iter().map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banks_are_found_by_their_numbers() {
        assert_eq!(name("970436"), Some("Vietcombank"));
        assert_eq!(name("970415"), Some("VietinBank"));
        assert_eq!(name("999999"), None);
        assert!(BANKS.is_sorted_by(|a, b| a.0 < b.0), "sorted, each once");
        assert!(BANKS.iter().all(|(bin, name)| bin.len() == 6 && !name.is_empty()));
    }
}
