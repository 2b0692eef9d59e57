# preference.jq - preference pairs: of a verified episode the gold run is
# preferred to each blind run of the same question that gave another answer or
# none. Runs that the verdict calls right are never rejected.
# Read by: TRL DPOTrainer and others with conversational "prompt", "chosen",
# "rejected".
#
#     jq -c -f examples/jq/preference.jq episodes.jsonl
def turns_as_messages:
  [.turns[]
   | {role: "assistant",
      content: ((.reasoning // "") + "\n\n```python\n" + (.code // "")
                + "\n```")},
     {role: "user", content: ("Output:\n" + (.execution.stdout // "")
                              + (.execution.stderr // ""))}]
  | if length > 0 then .[:-1] else . end;  # ends with the teacher's words

select(.type == "episode" and .verified and (.hint_leak | not))
| .diagnostics.answer_distribution.clusters as $clusters
| select(.triangulation.gold_matches_majority)
| ($clusters[0].member_indices // []) as $good
| (.messages[:2] | map({role, content})) as $prompt
| (.gold_trace | turns_as_messages) as $chosen
| .gold_trace.final_answer_hash as $right
| .consistency_traces | to_entries[]
| select(.key as $k | $good | index([$k]) == null)
| select((.value.success | not) or .value.final_answer_hash != $right)
| (.value | turns_as_messages) as $rejected
| select($rejected | length > 0)
| {prompt: $prompt, chosen: $chosen, rejected: $rejected}
