//! A form of labelled inputs, one of which is focused.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde::{Deserialize, Serialize};

use crate::field::Field;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub inputs: Vec<Input>,
    pub focus: usize,
    is_changed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    /// What a check says yes to, where its label alone does not tell.
    pub caption: &'static str,
    pub kind: Kind,
    /// What is wrong with it, in words.
    pub error: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Text(Field),
    /// One of several; the first one means that nothing is asked.
    Choice {
        options: Vec<&'static str>,
        chosen: usize,
    },
    /// Any of several.
    Several {
        options: Vec<&'static str>,
        chosen: Vec<bool>,
        at: usize,
    },
    Check(bool),
}

impl Input {
    pub fn text(name: &'static str, label: &'static str, hint: &'static str, value: impl Into<String>) -> Self {
        Input { name, label, hint, caption: "", kind: Kind::Text(Field::line(value)), error: None }
    }

    pub fn choice(name: &'static str, label: &'static str, options: Vec<&'static str>, chosen: usize) -> Self {
        Input { name, label, hint: "", caption: "", kind: Kind::Choice { options, chosen }, error: None }
    }

    pub fn several(name: &'static str, label: &'static str, options: Vec<&'static str>) -> Self {
        let chosen = vec![false; options.len()];
        Input { name, label, hint: "", caption: "", kind: Kind::Several { options, chosen, at: 0 }, error: None }
    }

    pub fn check(name: &'static str, label: &'static str, on: bool) -> Self {
        Input { name, label, hint: "", caption: "", kind: Kind::Check(on), error: None }
    }

    /// With what it says yes to, and a hint that stands below while it is focused.
    #[must_use]
    pub fn explained(self, caption: &'static str, hint: &'static str) -> Self {
        Input { caption, hint, ..self }
    }
}

/// What was filled in, by the names of inputs and the words of options, so that it is found again after either has moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    Text(String),
    Words(Vec<String>),
    On(bool),
}

/// What a key did to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    Changed,
    Submitted,
    Nothing,
}

impl Form {
    pub fn new(inputs: Vec<Input>) -> Self {
        Form { inputs, focus: 0, is_changed: false }
    }

    pub fn key(&mut self, key: &KeyEvent) -> Did {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let Some(input) = self.inputs.get_mut(self.focus) else { return Did::Nothing };
        match key.code {
            KeyCode::Enter => return Did::Submitted,
            KeyCode::Char('s') if control => return Did::Submitted,
            KeyCode::Down | KeyCode::Tab => self.focus = (self.focus + 1) % self.inputs.len(),
            KeyCode::Up | KeyCode::BackTab => self.focus = (self.focus + self.inputs.len() - 1) % self.inputs.len(),
            _ => match &mut input.kind {
                Kind::Text(field) => {
                    let before = field.text().len();
                    if !field.key(key) {
                        return Did::Nothing;
                    }
                    self.is_changed |= field.text().len() != before;
                    input.error = None;
                }
                Kind::Choice { options, chosen } => match key.code {
                    KeyCode::Left | KeyCode::Char('h') => *chosen = (*chosen + options.len() - 1) % options.len(),
                    KeyCode::Right | KeyCode::Char('l' | ' ') => *chosen = (*chosen + 1) % options.len(),
                    _ => return Did::Nothing,
                },
                Kind::Several { options, chosen, at } => match key.code {
                    KeyCode::Left | KeyCode::Char('h') => *at = (*at + options.len() - 1) % options.len(),
                    KeyCode::Right | KeyCode::Char('l') => *at = (*at + 1) % options.len(),
                    KeyCode::Char(' ') => chosen[*at] = !chosen[*at],
                    _ => return Did::Nothing,
                },
                Kind::Check(on) => match key.code {
                    KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right => *on = !*on,
                    _ => return Did::Nothing,
                },
            },
        }
        Did::Changed
    }

    pub fn paste(&mut self, text: &str) {
        if let Some(Input { kind: Kind::Text(field), error, .. }) = self.inputs.get_mut(self.focus) {
            field.insert(text);
            *error = None;
            self.is_changed = true;
        }
    }

    /// Whether somebody has typed into it.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    pub fn answered(&self) -> BTreeMap<String, Answered> {
        let words = |options: &[&str], chosen: &[usize]| -> Answered {
            Answered::Words(chosen.iter().filter_map(|at| options.get(*at)).map(|word| (*word).to_owned()).collect())
        };
        let answered = |input: &Input| match &input.kind {
            Kind::Text(field) => Answered::Text(field.text().to_owned()),
            Kind::Choice { options, chosen } => words(options, &[*chosen]),
            Kind::Several { options, .. } => words(options, &self.several(input.name)),
            Kind::Check(on) => Answered::On(*on),
        };
        self.inputs.iter().map(|input| (input.name.to_owned(), answered(input))).collect()
    }

    /// Fills in what was answered before; what has no input any more is left out.
    pub fn recall(&mut self, answers: &BTreeMap<String, Answered>) {
        for input in &mut self.inputs {
            match (&mut input.kind, answers.get(input.name)) {
                (Kind::Text(field), Some(Answered::Text(text))) => *field = Field::line(text.clone()),
                (Kind::Choice { options, chosen }, Some(Answered::Words(words))) => {
                    *chosen = options.iter().position(|option| words.iter().any(|word| word == option)).unwrap_or(*chosen);
                }
                (Kind::Several { options, chosen, .. }, Some(Answered::Words(words))) => {
                    *chosen = options.iter().map(|option| words.iter().any(|word| word == option)).collect();
                }
                (Kind::Check(on), Some(Answered::On(was))) => *on = *was,
                _ => {}
            }
        }
    }

    fn input(&self, name: &str) -> Option<&Kind> {
        self.inputs.iter().find(|input| input.name == name).map(|input| &input.kind)
    }

    /// The text of an input, when there is any.
    pub fn said(&self, name: &str) -> Option<String> {
        if let Some(Kind::Text(field)) = self.input(name) { field.said() } else { None }
    }

    /// The place of the choice among its options.
    pub fn chosen(&self, name: &str) -> usize {
        if let Some(Kind::Choice { chosen, .. }) = self.input(name) { *chosen } else { 0 }
    }

    /// The places of what is chosen.
    pub fn several(&self, name: &str) -> Vec<usize> {
        let Some(Kind::Several { chosen, .. }) = self.input(name) else { return Vec::new() };
        chosen.iter().enumerate().filter(|(_, on)| **on).map(|(index, _)| index).collect()
    }

    pub fn is_checked(&self, name: &str) -> bool {
        matches!(self.input(name), Some(Kind::Check(true)))
    }

    /// A whole number within limits; an error stands at the input.
    pub fn number(&mut self, name: &'static str, from: u32, to: u32) -> Option<u32> {
        let said = self.said(name)?;
        match said.parse() {
            Ok(number) if (from..=to).contains(&number) => Some(number),
            _ => {
                self.refuse(name, format!("A whole number from {from} to {to}."));
                None
            }
        }
    }

    /// Puts an error at an input and focuses the first that has one; false when there is no such input.
    pub fn refuse(&mut self, name: &str, message: impl Into<String>) -> bool {
        let Some(input) = self.inputs.iter_mut().find(|input| input.name == name) else { return false };
        input.error = Some(message.into());
        self.focus = self.inputs.iter().position(|input| input.error.is_some()).unwrap_or(0);
        true
    }

    pub fn forget_errors(&mut self) {
        for input in &mut self.inputs {
            input.error = None;
        }
    }

    pub fn has_errors(&self) -> bool {
        self.inputs.iter().any(|input| input.error.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(form: &mut Form, code: KeyCode) -> Did {
        form.key(&KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn keys_fill_a_form_in() {
        let mut form = Form::new(vec![
            Input::text("keywords", "Keywords", "", ""),
            Input::several("types", "Type", vec!["Full-time", "Contract"]),
            Input::choice("level", "Level", vec!["any", "Entry"], 0),
            Input::check("easy", "Easy apply", false),
        ]);
        for c in "ru".chars() {
            press(&mut form, KeyCode::Char(c));
        }
        form.paste("st\n");
        press(&mut form, KeyCode::Down);
        press(&mut form, KeyCode::Right);
        press(&mut form, KeyCode::Char(' '));
        press(&mut form, KeyCode::Tab);
        press(&mut form, KeyCode::Right);
        press(&mut form, KeyCode::Tab);
        press(&mut form, KeyCode::Char(' '));
        assert_eq!(press(&mut form, KeyCode::Enter), Did::Submitted);
        assert_eq!(form.said("keywords").as_deref(), Some("rust"));
        assert_eq!((form.several("types"), form.chosen("level"), form.is_checked("easy")), (vec![1], 1, true));
    }

    #[test]
    fn a_number_outside_its_limits_is_refused_at_its_input() {
        let mut form = Form::new(vec![Input::text("name", "Name", "", ""), Input::text("pages", "Pages", "", "101")]);
        assert_eq!(form.number("pages", 1, 100), None);
        assert!(form.has_errors());
        assert_eq!(form.focus, 1);
        press(&mut form, KeyCode::Backspace);
        assert!(!form.has_errors());
        assert_eq!(form.number("pages", 1, 100), Some(10));
    }
}
