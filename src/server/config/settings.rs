//! Settings as text, with the name under which each was given.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;
use toml::{Table, Value};

/// The keys of the TOML file; in upper case after `DOORWARD_` they are the environment variables.
const KEYS: [&str; 15] = [
    "listen",
    "database_url",
    "public_url",
    "admin_password",
    "smtp_url",
    "mail_from",
    "trusted_proxies",
    "metrics_listen",
    "log",
    "api_limit",
    "tls_cert",
    "tls_key",
    "insecure_http",
    "api_docs",
    "hsts",
];

/// A secret that an operator gave. Not `Serialize`, not `Display`, redacted in `Debug`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub(super) fn new(text: String) -> Secret {
        Secret(text)
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// One setting that was given.
#[derive(Clone)]
pub(super) struct Setting {
    name: String,
    pub text: String,
}

impl Setting {
    /// Stands in for one that was not given.
    pub fn derived(key: &str, text: String) -> Setting {
        Setting { name: variable(key), text }
    }

    pub fn wrong(&self, why: &str) -> String {
        format!("{}: {:?} {why}", self.name, self.text)
    }

    /// Without the value.
    pub fn wrong_secret(&self, why: &str) -> String {
        format!("{}: this {why}", self.name)
    }
}

/// What was given, by key.
pub(super) struct Settings(HashMap<&'static str, Setting>);

impl Settings {
    pub fn read(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Settings, String> {
        let mut settings = match file {
            Some(path) => from_file(path)?,
            None => HashMap::new(),
        };
        for key in KEYS {
            let name = variable(key);
            if let Some(text) = env(&name).filter(|text| !text.trim().is_empty()) {
                settings.insert(key, Setting { name, text });
            }
        }
        Ok(Settings(settings))
    }

    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.0.get(key)
    }

    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).map(|setting| setting.text.clone())
    }

    pub fn parse<T: FromStr>(&self, key: &str, why: &str) -> Result<Option<T>, String> {
        self.get(key).map(|setting| setting.text.parse().map_err(|_| setting.wrong(why))).transpose()
    }

    pub fn flag(&self, key: &str, unless_set: bool) -> Result<bool, String> {
        match self.get(key).map(|setting| (setting, setting.text.as_str())) {
            None => Ok(unless_set),
            Some((_, "0" | "false")) => Ok(false),
            Some((_, "1" | "true")) => Ok(true),
            Some((setting, _)) => Err(setting.wrong("is neither 1 nor 0")),
        }
    }
}

fn variable(key: &str) -> String {
    format!("DOORWARD_{}", key.to_ascii_uppercase())
}

fn from_file(path: &Path) -> Result<HashMap<&'static str, Setting>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: cannot be read: {error}"))?;
    let table: Table = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let line =
            error.span().map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
        format!("{shown}: line {line} is not TOML: {}", error.message().replace('\n', ", "))
    })?;
    let mut settings = HashMap::new();
    for (given, value) in table {
        let Some(key) = KEYS.into_iter().find(|key| *key == given) else {
            return Err(format!("{shown}: {given:?} is not a setting; the settings are {}", KEYS.join(", ")));
        };
        let name = format!("{} ({key} in {shown})", variable(key));
        // The value may be a secret of the wrong type, and is not shown.
        let number = value.as_integer().filter(|_| key == "api_limit").map(|number| number.to_string());
        let text = number.or_else(|| plain(&value)).ok_or_else(|| format!("{name}: must be text"))?;
        settings.insert(key, Setting { name, text });
    }
    Ok(settings)
}

/// A value as the environment would have it; a list is joined by commas.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use std::io::Write;

    fn load(toml: &str, env: &[(&str, &str)]) -> Result<Config, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(toml.as_bytes()).unwrap();
        Config::load(Some(file.path()), |name| {
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let toml = "listen = '127.0.0.1:4000'\ninsecure_http = true\ntrusted_proxies = ['10.0.0.1', '10.1.0.0/16']";
        let config = load(toml, &[]).unwrap();
        assert_eq!((config.listen.port(), config.insecure_http, config.trusted_proxies.len()), (4000, true, 2));
        assert_eq!(load("api_limit = 100", &[]).unwrap().api_limit, 100);
        let config = load(toml, &[("DOORWARD_LISTEN", "127.0.0.1:5000"), ("DOORWARD_INSECURE_HTTP", "0")]).unwrap();
        assert_eq!((config.listen.port(), config.insecure_http), (5000, false));
    }

    #[test]
    fn what_is_wrong_in_the_file_is_one_line_that_says_where() {
        let cases = [
            ("listen = '3000'", "DOORWARD_LISTEN (listen in "),
            ("lisen = '127.0.0.1:3000'", "\"lisen\" is not a setting"),
            ("[server]\nlisten = 'x'", "\"server\" is not a setting"),
            ("admin_password = 20020202020202020", "DOORWARD_ADMIN_PASSWORD (admin_password in "),
            ("\n\nlisten 3000", "line 3 is not TOML"),
            ("api_limit = -1", "DOORWARD_API_LIMIT (api_limit in "),
        ];
        for (toml, says) in cases {
            let line = load(toml, &[]).map(|_| ()).unwrap_err();
            assert!(line.contains(says) && !line.contains('\n') && !line.contains("20020202"), "{line}");
        }
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let missing = Config::load(Some("/nowhere/doorward.toml".as_ref()), |_| None);
        assert!(missing.unwrap_err().starts_with("/nowhere/doorward.toml: cannot be read"));
    }
}
