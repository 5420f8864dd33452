//! `rule`

use crate::{
    args::{self, Format},
    output::{Outcome, Result, print, print_json},
};
use errcode_catalog::rules::{RULES, known};

pub(super) fn run(args: &args::Rule) -> Result<Outcome> {
    let rules: Vec<_> = match &args.id {
        Some(id) => vec![known(id)?],
        None => RULES.iter().collect(),
    };
    match (args.format, &args.id) {
        (Format::Json, _) => print_json(&rules)?,
        (Format::Text, Some(_)) => {
            print(&rules.iter().map(|rule| rule.to_text()).collect::<String>())?;
        }
        (Format::Text, None) => {
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            print(
                &rules
                    .iter()
                    .map(|rule| format!("{:width$}  {}\n", rule.id, rule.title))
                    .collect::<String>(),
            )?;
        }
    }
    Ok(Outcome::Clean)
}
