//! A form that was sent before the application had started, or without it. Its page is rendered again with what was filled in and
//! what is wrong with it: whoever holds the state of the form takes that over, on the server and then in the browser.

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What was filled in, by the names of the controls, and why it was not saved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// Which form of its page; empty where the page is one.
    form: String,
    fields: Vec<(String, String)>,
    error: Option<AppError>,
}

/// The names of password fields. What was typed there is not put into a page.
pub const SECRETS: [&str; 5] = ["password", "again", "current", "new", "value"];

impl Sent {
    /// A browser ends the lines of a text by `\r\n` when it sends it (HTML, *constructing the entry list*), scripts by `\n`.
    pub fn new(form: &str, mut fields: Vec<(String, String)>) -> Sent {
        fields.iter_mut().for_each(|(_, value)| *value = value.replace("\r\n", "\n"));
        Sent { form: form.to_owned(), fields, error: None }
    }

    /// As the page says it again.
    #[must_use]
    pub fn refused(mut self, error: AppError) -> Sent {
        self.fields.retain(|(name, _)| !SECRETS.contains(&name.as_str()));
        Sent { error: Some(error), ..self }
    }

    /// What the page that is shown now answers; none on any other.
    pub fn here() -> Option<Sent> {
        Sent::of("")
    }

    /// The same for one form of a page that has several.
    pub fn of(form: &str) -> Option<Sent> {
        use_context().filter(|sent: &Sent| sent.form == form)
    }

    /// Why it was not saved.
    pub fn error(self) -> Option<AppError> {
        self.error
    }

    /// Of what was edited, as its form showed it.
    pub fn version(&self) -> Option<i64> {
        self.text("version")?.parse().ok()
    }

    /// None where the form has no such control, or nothing of it was chosen.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The boxes of one name that were ticked.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn fill(&self, name: &str, value: RwSignal<String>) {
        if let Some(text) = self.text(name) {
            value.set(text.to_owned());
        }
    }

    /// A box that was not ticked is not sent.
    pub fn tick(&self, name: &str, value: RwSignal<bool>) {
        value.set(self.text(name).is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_they_were_typed() {
        let sent = Sent::new("", vec![("description".to_owned(), "Door B.\r\nAsk Ivan.".to_owned())]);
        assert_eq!(sent.text("description"), Some("Door B.\nAsk Ivan."));
    }

    #[test]
    fn passwords_are_not_told_again() {
        let typed = [("name", "Maya"), ("password", "secret"), ("again", "secret")];
        let sent = Sent::new("", typed.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        assert_eq!(sent.text("password"), Some("secret"), "while it is saved");
        let again = sent.refused(AppError::not_found());
        assert_eq!((again.text("name"), again.text("password"), again.text("again")), (Some("Maya"), None, None));
    }
}
