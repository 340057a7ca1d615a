//! Text as people type it: folded for comparing and sorting, checked before it is stored.

use crate::error::FieldError;
use precis_profiles::UsernameCaseMapped;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use unicode_normalization::UnicodeNormalization;

/// Sort keys stop here, so that no index entry grows without bound.
const KEY_CHARS: usize = 100;

/// NFKC and lower case, without control characters: equal for texts that people take for the same, in an order that
/// people expect.
pub fn fold(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_control()).flat_map(char::to_lowercase).nfkc().take(KEY_CHARS).collect()
}

/// What a username is compared by: PRECIS UsernameCaseMapped (RFC 8265 §3.3).
pub fn username_key(username: &str) -> Option<String> {
    UsernameCaseMapped::enforce(username.trim()).ok().map(|key| key.into_owned())
}

/// `company_id` as `Company is required.`: errors are also listed above a form, away from their fields.
pub fn needed(field: &str) -> FieldError {
    let mut word = field.strip_suffix("_id").unwrap_or(field).replace('_', " ");
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    FieldError::new(field, "required", format!("{word} is required."))
}

/// A line as it is stored: trimmed, without control characters, at most `longest` code points; `required` unless empty
/// is a value.
pub fn line(field: &str, text: &str, required: bool, longest: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if required && text.is_empty() {
        return Err(needed(field));
    }
    if text.chars().any(char::is_control) {
        return Err(FieldError::new(field, "malformed", "Control characters aren't allowed here."));
    }
    if text.chars().count() > longest {
        return Err(FieldError::new(field, "too_long", format!("Use at most {longest} characters.")));
    }
    Ok(text.to_owned())
}

/// Several lines: line breaks and tabs stay.
pub fn paragraph(field: &str, text: &str, longest: usize) -> Result<String, FieldError> {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(FieldError::new(field, "malformed", "Control characters aren't allowed here."));
    }
    if text.chars().count() > longest {
        return Err(FieldError::new(field, "too_long", format!("Use at most {longest} characters.")));
    }
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_equal_in_any_case_and_unicode_form() {
        assert_eq!(username_key("Zoë"), username_key("ZOE\u{308}"));
        assert_eq!(username_key("ＡＮＮＡ"), username_key("anna"));
        assert_eq!(username_key("anna\u{0}"), None);
        assert_eq!(username_key("a b"), None);
        assert_eq!(username_key(""), None);
    }

    #[test]
    fn lines_hold_no_control_characters() {
        assert_eq!(line("name", "a\u{0}b", true, 10).unwrap_err().code, "malformed");
        assert_eq!(line("name", "  ", true, 10).unwrap_err().code, "required");
        assert_eq!(line("company_id", "", true, 10).unwrap_err().message, "Company is required.");
        assert_eq!(line("name", "ééééé", true, 4).unwrap_err().code, "too_long");
        assert_eq!(line("name", " مرحبا 👋 ", true, 10).unwrap(), "مرحبا 👋");
    }
}
