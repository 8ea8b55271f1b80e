"""The small models: a config.json each as Hugging Face spells it, and how its weights are stored."""

LAYERS = 2
VOCABULARY = 20


def neox(**more):
    return {
        "architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", "hidden_size": 16, "num_hidden_layers": LAYERS,
        "num_attention_heads": 2, "intermediate_size": 40, "vocab_size": VOCABULARY, "max_position_embeddings": 32,
        "hidden_act": "gelu", "layer_norm_eps": 1e-5, **more}


def gpt2(**more):
    return {
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": 16, "n_layer": LAYERS, "n_head": 4, "n_positions": 14,
        "n_ctx": 14, "vocab_size": VOCABULARY, "layer_norm_epsilon": 1e-5, "resid_pdrop": 0.1, "embd_pdrop": 0.1, "attn_pdrop": 0.1,
        "summary_type": "cls_index", "summary_use_proj": True, **more}


def llama(family, **more):
    sizes = {
        "model_type": family, "hidden_size": 16, "num_hidden_layers": LAYERS, "num_attention_heads": 4, "intermediate_size": 24,
        "vocab_size": VOCABULARY, "max_position_embeddings": 64, "hidden_act": "silu"}
    if family != "olmo":
        sizes["rms_norm_eps"] = 1e-5
    return {**sizes, **more}


LLAMA3 = {"factor": 8.0, "low_freq_factor": 0.5, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}

# name: (config, stored type, more: prefix of the names, shards, a stored head though it is tied, stored buffers)
VARIANTS = {
    "gpt_neox-parallel-partial": (neox(rotary_pct=0.25, rotary_emb_base=10000, use_parallel_residual=True, tie_word_embeddings=False), "F16", {}),
    "gpt_neox-sequential-tied-linear": (neox(
        rotary_pct=1.0, rotary_emb_base=10000, use_parallel_residual=False, tie_word_embeddings=True, attention_bias=False, hidden_act="gelu_fast",
        rope_scaling={"type": "linear", "factor": 4.0}), "BF16", {}),
    "gpt_neox-newer-names-llama3": (neox(
        rope_parameters={"rope_type": "llama3", "rope_theta": 5000.0, "partial_rotary_factor": 0.75, **LLAMA3}, tie_word_embeddings=False), "F32", {}),
    "gpt2-with-stored-head-and-masks": (gpt2(activation_function="gelu_new"), "F32", {"stored_head": True, "buffers": True}),
    "gpt2-base": (gpt2(architectures=["GPT2Model"]), "F16", {"bare": True, "buffers": True}),
    "gpt2-untied-scaled-by-layer": (gpt2(
        activation_function="relu", n_inner=20, scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True, tie_word_embeddings=False), "BF16", {}),
    "llama-1": (llama("llama", tie_word_embeddings=False, max_sequence_length=64, rms_norm_eps=1e-6), "F16", {"buffers": True}),
    "llama-3-grouped-tied": (llama(
        "llama", num_key_value_heads=2, hidden_size=32, rope_theta=10000.0, rope_scaling={"rope_type": "llama3", **LLAMA3}, tie_word_embeddings=True,
        attention_bias=False, mlp_bias=False, pretraining_tp=1), "BF16", {}),
    "llama-linear-biases-wide-heads": (llama(
        "llama", num_key_value_heads=4, head_dim=6, attention_bias=True, mlp_bias=True, rope_theta=1000.0,
        rope_scaling={"type": "linear", "factor": 2.0}, tie_word_embeddings=False, hidden_act="gelu_pytorch_tanh"), "F32", {}),
    "llama-one-key-head-in-shards": (llama(
        "llama", num_key_value_heads=1, rope_parameters={"rope_type": "default", "rope_theta": 20000.0}, tie_word_embeddings=False,
        layer_types=["full_attention"] * LAYERS, dtype="float16"), "F16", {"shards": 3}),
    "olmo-clipped": (llama("olmo", clip_qkv=0.5, rope_theta=10000.0, tie_word_embeddings=False), "F32", {}),
    "olmo-grouped-tied-biases": (llama("olmo", clip_qkv=None, num_key_value_heads=2, attention_bias=True, tie_word_embeddings=True), "BF16", {}),
    "olmo2-grouped": (llama("olmo2", num_key_value_heads=2, rope_theta=500000.0, tie_word_embeddings=False, rms_norm_eps=1e-6), "F32", {}),
    "olmo2-tied-biases": (llama("olmo2", attention_bias=True, tie_word_embeddings=True), "BF16", {}),
    "qwen2-grouped-tied": (llama(
        "qwen2", num_key_value_heads=2, rope_theta=1000000.0, use_sliding_window=False, sliding_window=4, max_window_layers=0, use_mrope=False,
        tie_word_embeddings=True), "BF16", {}),
    "qwen2-window-above": (llama(
        "qwen2", num_key_value_heads=2, num_hidden_layers=3, use_sliding_window=True, sliding_window=4, max_window_layers=1,
        tie_word_embeddings=False), "F16", {}),
    "qwen3-grouped-wide-heads": (llama(
        "qwen3", num_key_value_heads=2, head_dim=8, rope_theta=1000000.0, sliding_window=None, use_sliding_window=False, max_window_layers=2,
        attention_bias=False, tie_word_embeddings=False), "F32", {}),
    "qwen3-window-by-kinds-tied": (llama(
        "qwen3", num_key_value_heads=4, head_dim=4, rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, sliding_window=3,
        use_sliding_window=True, attention_bias=True, layer_types=["full_attention", "sliding_attention"], tie_word_embeddings=True), "BF16", {"shards": 2}),
    "mistral-window": (llama("mistral", num_key_value_heads=2, sliding_window=4, rope_theta=10000.0, tie_word_embeddings=False), "F16", {}),
    "mistral-no-window": (llama(
        "mistral", num_key_value_heads=2, head_dim=6, sliding_window=None, rope_theta=1000000.0, tie_word_embeddings=False), "F32", {}),
}
