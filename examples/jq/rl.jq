# rl.jq - prompts for reinforcement learning with what a checker needs: the
# answer, its type and decimals, and the CSV to load.
# Read by: verl (data_source, prompt, ability, reward_model, extra_info; write
# it as parquet), and TRL GRPOTrainer ("prompt"; the other members reach the
# reward function as they are). pass_rate lets a sampler leave out what is
# always or never solved.
#
#     jq -c -f examples/jq/rl.jq episodes.jsonl
select(.type == "episode" and .verified)
| .question as $q
| {data_source: "csv-agent",
   prompt: (.messages[:2] | map({role, content})),
   ability: ($q.category // "data analysis"),
   reward_model: {
     style: "rule",
     ground_truth: (if $q.ground_truth == null then .gold_trace.final_answer
                    else $q.ground_truth end | tojson)},
   extra_info: {
     id: $q.id, csv_source: .csv_source, csv_sha256: $q.csv_sha256,
     csv_options: ($q.csv_options // {}), output_type: $q.output_type,
     decimals: $q.decimals, also_right: ($q.ground_truths // []),
     difficulty: $q.difficulty, pass_rate: .diagnostics.pass_rate}}
