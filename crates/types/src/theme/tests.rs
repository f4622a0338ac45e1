use proptest::prelude::*;

use super::*;

fn a(text: &str) -> Colour {
    text.parse().unwrap()
}

fn harbour(which: ThemeColour, colour: &str) -> Theme {
    Theme::plain(ThemePreset::Harbour).with_colour(which, Some(a(colour)))
}

#[test]
fn every_pair_of_every_preset_is_read() {
    for preset in ThemePreset::ALL {
        for pair in preset.palette().pairs() {
            assert!(
                pair.contrast() >= pair.needed,
                "{preset}: {pair:?} has {}",
                pair.contrast()
            );
        }
    }
}

#[test]
fn a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can() {
    for which in ThemeColour::ALL {
        let colour = if which.is_by_night() { "#555544" } else { "#b9a890" };
        let theme = harbour(*which, colour);

        let [fault] = theme.faults()[..] else {
            panic!("{which} is no fault")
        };

        assert_eq!((fault.which, fault.colour), (*which, a(colour)));
        assert!(fault.found < fault.needed, "{fault}");
        let nearest = fault.nearest.unwrap();
        assert_eq!(
            theme.with_colour(*which, Some(nearest)).faults(),
            [],
            "{which}: {nearest}"
        );
    }
}

#[test]
fn a_fault_says_what_is_wrong_and_what_would_do() {
    let [faint] = harbour(ThemeColour::Accent, "#f4bd98").faults()[..] else {
        panic!("it is faint")
    };
    let [dark] = harbour(ThemeColour::Paper, "#c4c9d2").faults()[..] else {
        panic!("it is dark")
    };

    let nearest = faint.nearest.unwrap();
    assert_eq!(
        faint.to_string(),
        format!(
            "#f4bd98 has a contrast of 1.5 with #eef0f5, where people need 4.5; the nearest colour that has it is {nearest}"
        )
    );
    assert!(
        dark.to_string()
            .starts_with("#c4c9d2 has a contrast of 2.3 with #7c8496, where people need 3"),
        "{dark}"
    );
}

#[test]
fn whoever_chooses_paper_and_accent_has_the_accent_read_on_that_paper() {
    let of_harbour = harbour(ThemeColour::Accent, "#626c88");
    let on_grey = of_harbour
        .clone()
        .with_colour(ThemeColour::Paper, Some(a("#eaeef5")));

    assert_eq!(of_harbour.faults(), []);
    let faults = on_grey.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].which, ThemeColour::Accent);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_accent_and_ornament_may_be_chosen_all_that_follows_is_read(
        accent in 0_u32..0x0100_0000, ornament in 0_u32..0x0100_0000, preset in 0..ThemePreset::ALL.len(),
    ) {
        let mut theme = Theme::plain(ThemePreset::ALL[preset])
            .with_colour(ThemeColour::Accent, Some(Colour::hex(accent)))
            .with_colour(ThemeColour::Ornament, Some(Colour::hex(ornament)));
        for fault in theme.faults() {
            theme = theme.with_colour(fault.which, fault.nearest);
        }

        prop_assert_eq!(theme.faults(), []);
        for pair in Palette::of(&theme).pairs() {
            prop_assert!(pair.contrast() >= pair.needed, "{:?} of {:?} has {}", pair, theme, pair.contrast());
        }
    }
}
