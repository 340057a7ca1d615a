//! `/me/api-keys/new`: a new key, and then its secret, this once.

use super::api;
use super::list::PATH;
use super::model::{ApiKey, KeyRow, NewApiKey};
use crate::access::{ACCESS, Levels};
use crate::console::done::{Done, Handed};
use crate::console::draft::FormDraft;
use crate::console::form::{FormPage, Of, form_over, form_page, saving};
use crate::console::list;
use crate::console::me::Me;
use crate::console::rights::levels::{LevelsFields, LevelsState};
use crate::error::AppError;
use crate::types::{Millis, Name, Remark};
use crate::ui::{
    Card, Checkbox, Choice, EndFields, Ends, FormErrors, OnceDialog, RadioGroup, SelectField, Sent, TextArea, TextField,
};
use leptos::prelude::*;

/// What is typed.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    organization: RwSignal<String>,
    ends: Ends,
    remark: RwSignal<String>,
    /// `all` or `some`.
    screens: RwSignal<String>,
    levels: LevelsState,
    may_administer: RwSignal<bool>,
}

impl Fields {
    fn new(organization: String, now: Millis) -> Fields {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Fields {
            name: text(""),
            organization: RwSignal::new(organization),
            ends: Ends::new(now),
            remark: text(""),
            screens: text("all"),
            levels: LevelsState::new(&Levels::NONE),
            may_administer: RwSignal::new(false),
        }
    }

    /// Takes over what was filled in before the application had started.
    fn take(self, sent: &Sent) {
        let texts = [
            ("name", self.name),
            ("organization_id", self.organization),
            ("remark", self.remark),
            ("screens", self.screens),
        ];
        texts.into_iter().for_each(|(name, value)| sent.fill(name, value));
        self.ends.take(sent);
        self.levels.take(sent);
        sent.tick("may_administer", self.may_administer);
    }

    async fn save(self) -> Result<KeyRow, AppError> {
        let some = self.screens.get_untracked() == "some";
        let new = NewApiKey {
            name: self.name.get_untracked().into(),
            organization_id: Some(self.organization.get_untracked()).filter(|id| !id.is_empty()),
            remark: self.remark.get_untracked().into(),
            levels: some.then(|| self.levels.levels()),
            may_administer_access: self.may_administer.get_untracked(),
            expires_at: self.ends.at("Choose an expiration date, or Never.")?,
        };
        api::create(new).await
    }
}

#[component]
pub fn ApiKeyFormPage() -> impl IntoView {
    form_over(OF_KEY, |_| async { Ok(()) }, |()| view! { <ApiKeyForm /> }.into_any())
}

const OF_KEY: Of = Of { title: "API key", path: PATH, all: "All API keys" };

#[component]
fn ApiKeyForm() -> impl IntoView {
    let me = expect_context::<Me>();
    let organization = me.organization.clone();
    let fields = Fields::new(organization.as_ref().map(|it| it.id.clone()).unwrap_or_default(), me.now);
    let organizations: Vec<Choice> = organization.into_iter().map(|it| Choice::new(it.id, it.name)).collect();
    if let Some(sent) = Sent::here() {
        fields.take(&sent);
    }
    let (save, saving) = saving(move || fields.save(), done);
    let errors = FormErrors::new(saving.error);
    let back = list::returning(PATH);
    let page = FormPage {
        summary: Signal::stored(Vec::new()),
        title: "Create API key".to_owned(),
        why: None,
        missing: Signal::stored(None),
        errors,
        saving,
        draft: FormDraft::here(),
        version: None,
        save: "Create API key",
        on_save: Callback::new(move |()| {
            save.dispatch(());
        }),
        above: view! { <p class="muted">"API keys let your scripts use the API as you."</p> }.into_any(),
        back: list::as_left(PATH),
    };
    let cards = view! { {about(fields, organizations, errors)} {powers(fields, me.levels, errors)} };
    view! {
        {form_page(page, cards.into_any())}
        {move || save.value().get().and_then(Result::ok).map(|row| {
            let id = row.key.id.clone();
            handed_over(row.key, Callback::new(move |()| back.run((id.clone(),))))
        })}
    }
    .into_any()
}

fn about(fields: Fields, organizations: Vec<Choice>, errors: FormErrors) -> AnyView {
    view! {
        <Card title="Key">
            <TextField name="name" label="Name" value=fields.name error=errors.at("name") required=true
                max_length=Name::MAX placeholder="Backup script" />
            <SelectField name="organization_id" label="Organization" options=organizations value=fields.organization
                error=errors.at("organization_id") required=true hint="The key works only in this organization." />
            <EndFields state=fields.ends never="Never, until you revoke it" error=errors.at("expires_at") />
            <TextArea name="remark" label="Remark" value=fields.remark error=errors.at("remark") max_length=Remark::MAX
                hint="For example, where it's used and who looks after it." />
        </Card>
    }
    .into_any()
}

fn powers(fields: Fields, own: Levels, errors: FormErrors) -> AnyView {
    let screens = vec![
        Choice::new("all", "All of yours").hint("Whatever you can do at the time of each request."),
        Choice::new("some", "Only some").hint("Never more than your own access."),
    ];
    let access: Vec<&str> = ACCESS.iter().map(|screen| screen.label()).collect();
    let hint = format!("Without this, it can only read {}.", access.join(", "));
    view! {
        <Card title="What it can do" text="Keys can't create keys or change passwords.">
            <RadioGroup name="screens" label="Screens" options=screens value=fields.screens />
            <Checkbox name="may_administer" label="Can manage access" value=fields.may_administer hint=hint />
        </Card>
        {move || fields.screens.with(|screens| screens == "some").then(|| view! {
            <LevelsFields state=fields.levels viewer=own why=None error=errors.at("levels") text="Full means read and write." />
        })}
    }
    .into_any()
}

/// What whoever sent the form without the application is told.
fn done(row: KeyRow) -> Done {
    Done::at(PATH).handing(Handed {
        title: format!("{} created", row.key.name),
        secrets: vec![("Secret", row.key.secret.unwrap_or_default())],
        text: "Store it like a password. If you lose it, create a new key.".to_owned(),
    })
}

/// The secret, this once.
fn handed_over(key: ApiKey, leave: Callback<()>) -> AnyView {
    view! {
        <OnceDialog title=format!("{} created", key.name) label="Secret" secret=key.secret.unwrap_or_default() on_done=leave>
            <p>"Store it like a password. If you lose it, create a new key."</p>
            <p>"Send it with each request in the header " <code>"Authorization: Bearer …"</code></p>
        </OnceDialog>
    }
    .into_any()
}
