//! Countries (ISO 3166-1) and larger regions (UN M49) that have names in messages.

use cards::words::Messages;

/// The name of a region in the language of the page; its code where we know no name.
pub(super) fn name(code: &str, messages: &Messages) -> String {
    match KNOWN.iter().find(|(known, _)| *known == code) {
        Some((_, message)) => messages.text(message),
        None => code.to_owned(),
    }
}

#[rustfmt::skip]
const KNOWN: &[(&str, &str)] = &[
    ("AD", "region-AD"), ("AE", "region-AE"), ("AF", "region-AF"), ("AG", "region-AG"), ("AI", "region-AI"),
    ("AL", "region-AL"), ("AM", "region-AM"), ("AO", "region-AO"), ("AQ", "region-AQ"), ("AR", "region-AR"),
    ("AS", "region-AS"), ("AT", "region-AT"), ("AU", "region-AU"), ("AW", "region-AW"), ("AX", "region-AX"),
    ("AZ", "region-AZ"), ("BA", "region-BA"), ("BB", "region-BB"), ("BD", "region-BD"), ("BE", "region-BE"),
    ("BF", "region-BF"), ("BG", "region-BG"), ("BH", "region-BH"), ("BI", "region-BI"), ("BJ", "region-BJ"),
    ("BL", "region-BL"), ("BM", "region-BM"), ("BN", "region-BN"), ("BO", "region-BO"), ("BQ", "region-BQ"),
    ("BR", "region-BR"), ("BS", "region-BS"), ("BT", "region-BT"), ("BV", "region-BV"), ("BW", "region-BW"),
    ("BY", "region-BY"), ("BZ", "region-BZ"), ("CA", "region-CA"), ("CC", "region-CC"), ("CD", "region-CD"),
    ("CF", "region-CF"), ("CG", "region-CG"), ("CH", "region-CH"), ("CI", "region-CI"), ("CK", "region-CK"),
    ("CL", "region-CL"), ("CM", "region-CM"), ("CN", "region-CN"), ("CO", "region-CO"), ("CR", "region-CR"),
    ("CU", "region-CU"), ("CV", "region-CV"), ("CW", "region-CW"), ("CX", "region-CX"), ("CY", "region-CY"),
    ("CZ", "region-CZ"), ("DE", "region-DE"), ("DJ", "region-DJ"), ("DK", "region-DK"), ("DM", "region-DM"),
    ("DO", "region-DO"), ("DZ", "region-DZ"), ("EC", "region-EC"), ("EE", "region-EE"), ("EG", "region-EG"),
    ("EH", "region-EH"), ("ER", "region-ER"), ("ES", "region-ES"), ("ET", "region-ET"), ("EU", "region-EU"),
    ("FI", "region-FI"), ("FJ", "region-FJ"), ("FK", "region-FK"), ("FM", "region-FM"), ("FO", "region-FO"),
    ("FR", "region-FR"), ("GA", "region-GA"), ("GB", "region-GB"), ("GD", "region-GD"), ("GE", "region-GE"),
    ("GF", "region-GF"), ("GG", "region-GG"), ("GH", "region-GH"), ("GI", "region-GI"), ("GL", "region-GL"),
    ("GM", "region-GM"), ("GN", "region-GN"), ("GP", "region-GP"), ("GQ", "region-GQ"), ("GR", "region-GR"),
    ("GS", "region-GS"), ("GT", "region-GT"), ("GU", "region-GU"), ("GW", "region-GW"), ("GY", "region-GY"),
    ("HK", "region-HK"), ("HM", "region-HM"), ("HN", "region-HN"), ("HR", "region-HR"), ("HT", "region-HT"),
    ("HU", "region-HU"), ("ID", "region-ID"), ("IE", "region-IE"), ("IL", "region-IL"), ("IM", "region-IM"),
    ("IN", "region-IN"), ("IO", "region-IO"), ("IQ", "region-IQ"), ("IR", "region-IR"), ("IS", "region-IS"),
    ("IT", "region-IT"), ("JE", "region-JE"), ("JM", "region-JM"), ("JO", "region-JO"), ("JP", "region-JP"),
    ("KE", "region-KE"), ("KG", "region-KG"), ("KH", "region-KH"), ("KI", "region-KI"), ("KM", "region-KM"),
    ("KN", "region-KN"), ("KP", "region-KP"), ("KR", "region-KR"), ("KW", "region-KW"), ("KY", "region-KY"),
    ("KZ", "region-KZ"), ("LA", "region-LA"), ("LB", "region-LB"), ("LC", "region-LC"), ("LI", "region-LI"),
    ("LK", "region-LK"), ("LR", "region-LR"), ("LS", "region-LS"), ("LT", "region-LT"), ("LU", "region-LU"),
    ("LV", "region-LV"), ("LY", "region-LY"), ("MA", "region-MA"), ("MC", "region-MC"), ("MD", "region-MD"),
    ("ME", "region-ME"), ("MF", "region-MF"), ("MG", "region-MG"), ("MH", "region-MH"), ("MK", "region-MK"),
    ("ML", "region-ML"), ("MM", "region-MM"), ("MN", "region-MN"), ("MO", "region-MO"), ("MP", "region-MP"),
    ("MQ", "region-MQ"), ("MR", "region-MR"), ("MS", "region-MS"), ("MT", "region-MT"), ("MU", "region-MU"),
    ("MV", "region-MV"), ("MW", "region-MW"), ("MX", "region-MX"), ("MY", "region-MY"), ("MZ", "region-MZ"),
    ("NA", "region-NA"), ("NC", "region-NC"), ("NE", "region-NE"), ("NF", "region-NF"), ("NG", "region-NG"),
    ("NI", "region-NI"), ("NL", "region-NL"), ("NO", "region-NO"), ("NP", "region-NP"), ("NR", "region-NR"),
    ("NU", "region-NU"), ("NZ", "region-NZ"), ("OM", "region-OM"), ("PA", "region-PA"), ("PE", "region-PE"),
    ("PF", "region-PF"), ("PG", "region-PG"), ("PH", "region-PH"), ("PK", "region-PK"), ("PL", "region-PL"),
    ("PM", "region-PM"), ("PN", "region-PN"), ("PR", "region-PR"), ("PS", "region-PS"), ("PT", "region-PT"),
    ("PW", "region-PW"), ("PY", "region-PY"), ("QA", "region-QA"), ("RE", "region-RE"), ("RO", "region-RO"),
    ("RS", "region-RS"), ("RU", "region-RU"), ("RW", "region-RW"), ("SA", "region-SA"), ("SB", "region-SB"),
    ("SC", "region-SC"), ("SD", "region-SD"), ("SE", "region-SE"), ("SG", "region-SG"), ("SH", "region-SH"),
    ("SI", "region-SI"), ("SJ", "region-SJ"), ("SK", "region-SK"), ("SL", "region-SL"), ("SM", "region-SM"),
    ("SN", "region-SN"), ("SO", "region-SO"), ("SR", "region-SR"), ("SS", "region-SS"), ("ST", "region-ST"),
    ("SV", "region-SV"), ("SX", "region-SX"), ("SY", "region-SY"), ("SZ", "region-SZ"), ("TC", "region-TC"),
    ("TD", "region-TD"), ("TF", "region-TF"), ("TG", "region-TG"), ("TH", "region-TH"), ("TJ", "region-TJ"),
    ("TK", "region-TK"), ("TL", "region-TL"), ("TM", "region-TM"), ("TN", "region-TN"), ("TO", "region-TO"),
    ("TR", "region-TR"), ("TT", "region-TT"), ("TV", "region-TV"), ("TW", "region-TW"), ("TZ", "region-TZ"),
    ("UA", "region-UA"), ("UG", "region-UG"), ("UM", "region-UM"), ("US", "region-US"), ("UY", "region-UY"),
    ("UZ", "region-UZ"), ("VA", "region-VA"), ("VC", "region-VC"), ("VE", "region-VE"), ("VG", "region-VG"),
    ("VI", "region-VI"), ("VN", "region-VN"), ("VU", "region-VU"), ("WF", "region-WF"), ("WS", "region-WS"),
    ("XK", "region-XK"), ("YE", "region-YE"), ("YT", "region-YT"), ("ZA", "region-ZA"), ("ZM", "region-ZM"),
    ("ZW", "region-ZW"), ("001", "region-001"), ("002", "region-002"), ("009", "region-009"),
    ("019", "region-019"), ("142", "region-142"), ("150", "region-150"),
];
