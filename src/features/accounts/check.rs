//! What may stand in the fields of an identity. Everything that is wrong is told at once.

use crate::error::FieldError;
use crate::server::text;

const NAME_MAX: usize = 100;
const USERNAME_MAX: usize = 64;
const DESCRIPTION_MAX: usize = 500;
/// RFC 5321 §4.5.3.1: a path of 256 octets with its angle brackets.
const EMAIL_MAX: usize = 254;

pub fn name(name: &str) -> Result<String, FieldError> {
    text::line("name", name, true, NAME_MAX)
}

/// The username as typed, and the key it is compared by.
pub fn username(username: &str) -> Result<(String, String), FieldError> {
    let username = text::line("username", username, true, USERNAME_MAX)?;
    let message = "Use letters, digits and . _ - @. Spaces aren't allowed.";
    let key = text::username_key(&username).ok_or_else(|| FieldError::new("username", "malformed", message))?;
    Ok((username, key))
}

pub fn description(description: &str) -> Result<String, FieldError> {
    text::paragraph("description", description, DESCRIPTION_MAX)
}

/// One `@` between a local part and a dotted domain: what is really an address only mail can tell.
pub fn email(email: &str) -> Result<String, FieldError> {
    let email = text::line("email", email, true, EMAIL_MAX)?;
    let malformed = || FieldError::new("email", "malformed", "Enter an email address, for example anna@example.com.");
    let (local, domain) = email.rsplit_once('@').ok_or_else(malformed)?;
    let plain =
        |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || "@<>(),;:\"[]\\".contains(c));
    let labels = domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    if plain(local) && plain(domain) && domain.contains('.') && labels && dots { Ok(email) } else { Err(malformed()) }
}

/// Empty, or E.164 (ITU-T): `+` and the digits of a number that its country can have.
pub fn phone(phone: &str) -> Result<String, FieldError> {
    let phone = text::line("phone", phone, false, 40)?;
    if phone.is_empty() {
        return Ok(phone);
    }
    let parsed = phonenumber::parse(None, &phone).ok().filter(phonenumber::is_valid);
    let number = parsed.map(|number| number.format().mode(phonenumber::Mode::E164).to_string());
    let message = "Include the country code, for example +65 6123 4567.";
    number.ok_or_else(|| FieldError::new("phone", "malformed", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plausible_emails_pass_and_malformed_ones_do_not() {
        for good in ["anna@example.com", "a.b+c@mail.example.co.uk", "zoë@exämple.de"] {
            assert!(email(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "anna",
            "anna@",
            "@example.com",
            "anna@example",
            "a b@example.com",
            "a@b@c.de",
            ".a@example.com",
            "a@-x.de",
        ] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn phone_numbers_are_kept_as_e164() {
        assert_eq!(phone(" +65 6123 4567 ").unwrap(), "+6561234567");
        assert!(phone("+65 1").is_err());
    }
}
