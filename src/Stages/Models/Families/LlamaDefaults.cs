namespace Emergence.Stages.Models.Families;

/// <summary>What a family built like Llama takes for options that do not stand in its file.</summary>
/// <param name="Context">max_position_embeddings.</param>
/// <param name="KeyValueHeads">num_key_value_heads; null for as many as there are of queries.</param>
/// <param name="HeadSize">head_dim; null for hidden_size / num_attention_heads.</param>
internal sealed record LlamaDefaults(int Context, int? KeyValueHeads = null, int? HeadSize = null);
