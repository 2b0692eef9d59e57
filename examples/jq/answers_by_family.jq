# answers_by_family.jq - one line a question family: episodes, verified ones,
# and their answers. Memory grows with the answers.
# Read by: people, and spreadsheets through @csv.
#
#     jq -c -n -f examples/jq/answers_by_family.jq episodes.jsonl
reduce (inputs | select(.type == "episode")) as $e ({};
  ($e.question.template_name // $e.question.source // "none") as $family
  | .[$family].episodes += 1
  | if $e.verified then
      .[$family].verified += 1
      | .[$family].answers += [$e.gold_trace.final_answer]
    else . end)
| to_entries | sort_by(.key)[]
| {family: .key, episodes: .value.episodes, verified: (.value.verified // 0),
   answers: (.value.answers // [])}
