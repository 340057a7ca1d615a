//! The table of what waits to be mailed and what was given up.

use super::api;
use crate::access::Screen;
use crate::console::list::{self, List, Rows};
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::error::AppError;
use crate::features::mail::model::MailRow;
use crate::types::{ListQuery, Page, Topic};
use crate::ui::{
    Ago, Column, ConfirmDialog, EmptyState, Icon, Menu, MenuItem, StatusBadge, Table, Toasts, Tone, use_toasts,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

fn columns() -> Vec<Column<MailRow>> {
    vec![
        Column::new("name", "For", |it: &MailRow| it.who().to_owned().into_any()).class("main"),
        Column::new("to", "To", |it: &MailRow| it.mail.to.clone().into_any()),
        Column::new("kind", "Type", |it: &MailRow| it.mail.kind_label().into_any()),
        Column::new("created_at", "Since", |it: &MailRow| view! { <Ago at=it.mail.created_at /> }.into_any()),
        Column::new("tries", "Attempts", |it: &MailRow| it.mail.tries.to_string().into_any()).class("number"),
        Column::new("next", "Next attempt", |it: &MailRow| match it.mail.next_try_at {
            Some(at) => view! { <Ago at=at /> }.into_any(),
            None => view! { <StatusBadge tone=Tone::Danger word="Given up" /> }.into_any(),
        }),
        Column::new("said", "Server response", |it: &MailRow| match it.mail.last_error.clone() {
            Some(said) => said.into_any(),
            None => view! { <span class="muted">"None yet"</span> }.into_any(),
        }),
    ]
}

#[component]
pub fn Mails() -> impl IntoView {
    let query = use_query_map();
    let version = use_version(Topic::Settings);
    let wanted = move || query.with(|map| map.get("cursor").unwrap_or_default());
    let mails = Resource::new(
        move || (wanted(), version.get()),
        |(cursor, _)| async move { api::mails(ListQuery { cursor, ..ListQuery::default() }).await },
    );
    let list = List::at("/settings");
    let removing = RwSignal::new(None::<MailRow>);
    let toasts = use_toasts();
    let retry = Action::new(move |row: &MailRow| {
        let (id, name) = (row.mail.id.clone(), row.who().to_owned());
        async move { api::retry_mail(id).await.map(|_| name) }
    });
    Effect::new(move |_| {
        if let Some(done) = retry.value().get() {
            toasts.say(done.map_or_else(|error| error.message, |name| format!("Sending the mail to {name} now")));
            mails.refetch();
        }
    });
    view! {
        <section class="stack" aria-labelledby="mails">
            <h2 id="mails">"Outgoing mail"</h2>
            {list::rows(mails, 6, move |page| table(page, retry, removing, list))}
            {move || removing.get().map(|row| view! { <RemoveDialog row=row removing=removing mails=mails toasts=toasts /> })}
        </section>
    }
    .into_any()
}

/// Why this viewer can do nothing about a mail.
fn why_not(me: &Me, row: &MailRow) -> Option<String> {
    let above = (row.role > me.role).then(|| format!("{} has a higher role than you.", row.who()));
    me.why_not_write(Screen::Settings).or(above)
}

fn table(
    page: Page<MailRow>,
    retry: Action<MailRow, Result<String, AppError>>,
    removing: RwSignal<Option<MailRow>>,
    list: List,
) -> AnyView {
    let me = expect_context::<Me>();
    let actions = move |row: &MailRow| {
        let why = why_not(&me, row);
        let (again, gone) = (row.clone(), row.clone());
        let again = move || {
            retry.dispatch(again.clone());
        };
        let items = vec![
            MenuItem::new("Try now", again).disabled(why.clone()),
            MenuItem::new("Delete…", move || removing.set(Some(gone.clone()))).danger().disabled(why),
        ];
        view! { <Menu id=format!("menu-{}", row.mail.id) label=format!("Actions for the mail to {}", row.who()) items=items /> }
            .into_any()
    };
    let paging = list.paging(&page, ("mail", "mails"));
    view! {
        <Table caption="Outgoing mail" columns=columns() rows=page.items row_key=|row: &MailRow| row.mail.id.clone()
            paging=paging actions=actions
            empty=|| view! { <EmptyState title="Nothing waiting" icon=Icon::Mail text="Outgoing mail is listed here until the mail server accepts it." /> } />
    }
    .into_any()
}

#[component]
fn RemoveDialog(
    row: MailRow,
    removing: RwSignal<Option<MailRow>>,
    mails: Rows<MailRow>,
    toasts: Toasts,
) -> impl IntoView {
    let id = row.mail.id.clone();
    let remove = Action::new(move |(): &()| api::remove_mail(id.clone()));
    Effect::new(move |_| {
        if remove.value().with(|done| matches!(done, Some(Ok(())))) {
            removing.set(None);
            toasts.say("The mail is deleted");
            mails.refetch();
        }
    });
    let error = Signal::derive(move || remove.value().get().and_then(Result::err));
    let follows = format!("{} has no password until someone resets it again.", row.who());
    view! {
        <ConfirmDialog title=format!("Delete the mail to {}?", row.who()) action_label="Delete mail" pending=remove.pending()
            error=error text=format!("It won't be sent to {}.", row.mail.to) consequences=vec![follows]
            on_confirm=move || { remove.dispatch(()); } on_close=move || removing.set(None) />
    }
    .into_any()
}
