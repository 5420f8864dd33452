//! Many variants: each answers by the list it was generated from, and ten thousand codes are proven unique
//! without a warning.

use errcode_core::{
    Coded,
    wire::{Envelope, ErrorView, Ids, render},
};

mod generated {
    #![allow(dead_code, unreachable_pub, missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/many.rs"));
}

#[test]
fn each_variant_answers_by_the_list() {
    let list: Vec<_> =
        include_str!("../data/sample.tsv").lines().filter(|line| !line.starts_with('#')).collect();
    let samples = generated::samples();
    assert_eq!(list.len(), samples.len());
    assert!(list.len() > 400);
    for (line, error) in list.iter().zip(samples) {
        let [name, code, status] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not three columns: {line}")
        };
        let spec = error.spec();
        assert_eq!(
            (spec.code().as_str(), spec.variant(), spec.status().to_string().as_str()),
            (code, name, status)
        );
        assert_eq!(error.to_string(), format!("{name} of 7"));
        assert_eq!(generated::SAMPLE.lookup(&code.to_lowercase()), Some(spec));
        let public = generated::SAMPLE.public(&error.into());
        let body =
            render(&Envelope, &ErrorView::new(&public, Some(&generated::SAMPLE), Ids::default()));
        let body = String::from_utf8(body).expect("UTF-8");
        let expected =
            format!(r#"{{"success":false,"error":{{"code":"{code}","message":"{name} 7","#);
        assert!(body.starts_with(&expected), "{body}");
    }
}

#[test]
fn ten_thousand_codes() {
    assert_eq!(generated::BIG.errors().len(), 10_000);
    for number in (0..10_000).step_by(97) {
        let code = format!("E{number:05}");
        let spec = generated::BIG.lookup(&code).expect("listed");
        assert_eq!(
            (spec.code().as_str(), spec.type_name()),
            (code.as_str(), format!("M{}", number / 100).as_str())
        );
    }
    assert_eq!(generated::BIG.lookup("E10000"), None);
    assert_eq!(generated::BIG.lookup("E00001\0"), None);
}
