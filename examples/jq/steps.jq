# steps.jq - step-level supervision for process rewards: each run of a verified
# episode as steps (its hooks, then its answer) and a label for each. A hook's
# label is whether the gold run recorded a value of the same hash; the answer's
# whether it is in the majority that the gold answer matches. A run may be right
# by another way, so a false label on an inner step of a run with the right
# answer is left out together with that run.
# Read by: TRL PRMTrainer ("prompt", "completions", "labels").
#
#     jq -c -f examples/jq/steps.jq episodes.jsonl
def steps:
  [.turns[].execution.hooks[]?
   | {text: "\(.variable_name) = \(.value | tojson)", hash: .value_hash}];

select(.type == "episode" and .verified)
| .question.question_text as $prompt
| ([.gold_trace | steps[].hash]) as $known
| (.diagnostics.answer_distribution.clusters[0].member_indices // []) as $good
| ([{trace: .gold_trace, right: true}]
   + [.consistency_traces | to_entries[]
      | {trace: .value, right: (.key as $k | $good | index([$k]) != null)}])[]
| select(.trace.success)
| (.trace | steps) as $steps
| [$steps[] | .hash as $h | $known | index([$h]) != null] as $labels
| select($steps | length > 0)
| select((.right | not) or ($labels | all))
| {prompt: $prompt,
   completions: ([$steps[].text]
                 + ["Answer: " + (.trace.final_answer | tojson)]),
   labels: ($labels + [.right])}
