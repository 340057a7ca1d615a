//! After each test: none of the secrets that it made lies in its database as it is.

use crate::server::token::TokenKind;
use std::path::Path;

/// `dwk_`, then 256 random bits and a checksum in base64url.
const TOKEN: usize = 52;

/// Five groups of five, with their hyphens.
const PASSWORD: usize = 29;

/// The secrets in the files of a folder; without those that only look like one.
pub fn secrets_in(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).flat_map(|path| secrets(&std::fs::read(path).unwrap())).collect()
}

fn secrets(bytes: &[u8]) -> Vec<String> {
    let tokens = bytes
        .windows(TOKEN)
        .filter(|part| part.starts_with(b"dw"))
        .filter_map(text)
        .filter(|text| TokenKind::of(text).is_some());
    let passwords =
        bytes.windows(PASSWORD).filter(|part| part[5] == b'-').filter_map(text).filter(|text| is_temporary(text));
    tokens.chain(passwords).map(str::to_owned).collect()
}

fn text(part: &[u8]) -> Option<&str> {
    std::str::from_utf8(part).ok()
}

fn is_temporary(text: &str) -> bool {
    let letter = |c: char| (c.is_ascii_lowercase() || c.is_ascii_digit()) && !"0o1l".contains(c);
    text.split('-').count() == 5 && text.split('-').all(|group| group.len() == 5 && group.chars().all(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::clock::random;
    use crate::server::password::generate;
    use crate::server::token::Secret;

    #[test]
    fn secret_that_lies_in_a_file_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let (token, password) = (Secret::issue(TokenKind::ApiKey), generate::temporary(&mut random));
        let id = "01900000-0000-7000-8000-000000000000";
        std::fs::write(folder.path().join("a.db"), format!("\0{id}{}\u{1}{password},{}", token.expose(), token.hint()))
            .unwrap();
        assert_eq!(secrets_in(folder.path()), [token.expose().to_owned(), password]);
    }
}
