//! Texts from elsewhere, made harmless for a terminal.

/// Marks that turn the direction of what follows them, which can make a line read as something else than it is.
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text in one line.
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_from_elsewhere_neither_steers_the_terminal_nor_turns_its_direction() {
        let title = "Nurse\u{202e}txt.exe\u{2066}\u{200f}\n\u{1b}[31mred\u{85}";
        assert_eq!(visible(title), "Nursetxt.exe  [31mred ");
        let names = "\u{5e9}\u{5dc}\u{5d5}\u{5dd} Zo\u{eb} 👩\u{200d}🔬";
        assert_eq!(visible(names), names, "writing itself stays");
    }
}
