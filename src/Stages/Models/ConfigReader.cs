using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Models;

/// <summary>
/// Reads options of a <c>config.json</c> by name and remembers which were read, so that an option nobody understood is
/// refused by name and never ignored.
/// </summary>
internal sealed class ConfigReader : IDisposable
{
    /// <summary>
    /// Options that Hugging Face writes into every configuration and that do not change what a trained decoder computes:
    /// names and versions, special token ids, training-time dropout, initialisation, generation and output settings.
    /// </summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        // Names, versions, where it came from.
        "_name_or_path", "name_or_path", "_commit_hash", "architectures", "model_type", "torch_dtype", "dtype", "transformers_version", "auto_map",
        "transformers.js_config", "id2label", "label2id", "num_labels", "problem_type", "task_specific_params", "finetuning_task",
        "tokenizer_class", "prefix", "is_llama_config",

        // Token ids.
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "mask_token_id", "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id",

        // Training: dropout, initialisation, saving memory.
        "initializer_range", "attention_dropout", "hidden_dropout", "classifier_dropout", "attn_pdrop", "embd_pdrop", "resid_pdrop",
        "gradient_checkpointing", "use_bfloat16", "tie_encoder_decoder", "chunk_size_feed_forward",

        // How it is computed or handed out, not what.
        "use_cache", "output_attentions", "output_hidden_states", "output_past", "output_scores", "return_dict", "return_dict_in_generate", "torchscript",
        "is_decoder", "pretraining_tp", "reorder_and_upcast_attn", "tf_legacy_loss", "attn_implementation", "_attn_implementation",
        "_attn_implementation_internal", "_attn_implementation_autoset", "_flash_attn_2_enabled",

        // Generation.
        "max_length", "max_new_tokens", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups", "num_return_sequences", "temperature",
        "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty", "diversity_penalty", "no_repeat_ngram_size",
        "encoder_no_repeat_ngram_size", "bad_words_ids", "exponential_decay_length_penalty", "remove_invalid_values",
        "suppress_tokens", "begin_suppress_tokens",
    };

    /// <summary>Options that do nothing when they are false or empty, as Hugging Face writes them, and change the model otherwise.</summary>
    private static readonly HashSet<string> OnlyOff = new(StringComparer.Ordinal) { "is_encoder_decoder", "add_cross_attention", "pruned_heads" };

    private const string Remedy = "Write or copy the checkpoint again";

    private readonly JsonDocument _json;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private ConfigReader(string file, JsonDocument json)
    {
        File = file;
        _json = json;
    }

    /// <summary>The file, for messages.</summary>
    public string File { get; }

    /// <summary>Opens a file that must hold one JSON object without a key standing there twice.</summary>
    public static ConfigReader Open(string file)
    {
        using var opened = InputFile.Open(file);
        return Parse(file, opened.ReadAll(ModelLimits.ConfigBytes, Remedy));
    }

    /// <summary>Reads what such a file holds.</summary>
    /// <param name="file">File named in errors.</param>
    /// <param name="bytes">Its content; must not change while the reader is in use.</param>
    public static ConfigReader Parse(string file, ReadOnlyMemory<byte> bytes)
    {
        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            RequireText(json.RootElement);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new BadInputException(file, "line 1", "it is not a JSON object", Remedy);
            }

            var reader = new ConfigReader(file, json);
            json = null;
            return reader;
        }
        catch (JsonException e)
        {
            throw new BadInputException(file, $"line {e.LineNumber + 1}", "it is not valid JSON, or a key stands there twice", Remedy, e);
        }
        catch (InvalidOperationException e)
        {
            throw new BadInputException(file, "", "a text in it holds half a surrogate pair", Remedy, e);
        }
        finally
        {
            json?.Dispose();
        }
    }

    /// <summary>Names of the options that were asked for.</summary>
    public IReadOnlyCollection<string> Asked => _read;

    /// <summary>A whole number that must be there, 1 to <paramref name="limit"/>.</summary>
    public int Count(string name, int limit) => OptionalCount(name, limit)
        ?? throw Bad(name, "it is missing", "Add it; the checkpoint cannot be understood without it");

    /// <summary>A whole number of 1 to <paramref name="limit"/>, or null when it is not there.</summary>
    public int? OptionalCount(string name, int limit)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= limit
            ? number
            : throw Bad(name, $"{Shown(value)} is not a whole number from 1 to {limit}");
    }

    /// <summary>A number of <paramref name="least"/> to <paramref name="most"/>, or null when it is not there.</summary>
    public double? OptionalNumber(string name, double least, double most)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
            ? number
            : throw Bad(name, $"{Shown(value)} is not a number from {least} to {most}");
    }

    /// <summary>A switch, or its default when it is not there.</summary>
    public bool Flag(string name, bool absent) => Value(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Bad(name, $"{Shown(value)} is neither true nor false"),
    };

    /// <summary>A word, or null when it is not there.</summary>
    public string? Word(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Bad(name, $"{Shown(value)} is not a text"),
    };

    /// <summary>An object of options, or null when it is not there. Its own keys are the caller's to account for.</summary>
    public JsonElement? Group(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => value,
        { } value => throw Bad(name, $"{Shown(value)} is not an object"),
    };

    /// <summary>Texts, or null when the list is not there.</summary>
    public IReadOnlyList<string>? Words(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) =>
            [.. value.EnumerateArray().Select(v => v.GetString()!)],
        { } value => throw Bad(name, $"{Shown(value)} is not a list of texts"),
    };

    /// <summary>Whether an option stands there, be it as null. A family's default holds only for one that does not.</summary>
    public bool Has(string name) => _json.RootElement.TryGetProperty(name, out _);

    /// <summary>Options that this family writes and that do not change what its models compute.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _read.Add(name);
        }
    }

    /// <summary>A switch that is supported in one position only, which is also that of an option not set.</summary>
    public void Only(string name, bool supported)
    {
        if (Flag(name, supported) != supported)
        {
            throw Bad(name, $"{(supported ? "false" : "true")} is not supported");
        }
    }

    /// <summary>Refuses every option that is set, was not read, and is not known to be without effect.</summary>
    public void RefuseUnread()
    {
        foreach (var option in _json.RootElement.EnumerateObject().Where(o => o.Value.ValueKind != JsonValueKind.Null))
        {
            if (option.Name == "quantization_config")
            {
                throw Bad(option.Name, "its weights are quantised", "Use the checkpoint in float32, float16 or bfloat16 from which it was made");
            }

            if (!_read.Contains(option.Name) && !WithoutEffect.Contains(option.Name) && !(OnlyOff.Contains(option.Name) && IsOff(option.Value)))
            {
                throw Bad(option.Name, $"the option (set to {Shown(option.Value)}) is not known, so it is not known whether it changes the model", "Remove it when the model is the same without it");
            }
        }
    }

    /// <summary>The error for an option.</summary>
    public BadInputException Bad(string name, string problem, string remedy = "Use a checkpoint of a supported architecture, or correct the option") =>
        new(File, $"option {SafetensorsHeader.Quote(name)}", problem, remedy);

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>An option's value; null when it is missing or null, which Hugging Face writes for "not set".</summary>
    private JsonElement? Value(string name)
    {
        _read.Add(name);
        return _json.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>Reads every name and text once: escapes of half a surrogate pair are valid JSON and throw when they are read.</summary>
    private static void RequireText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    RequireText(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    RequireText(item);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
        }
    }

    private static bool IsOff(JsonElement value) =>
        value.ValueKind == JsonValueKind.False || (value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());

    private static string Shown(JsonElement value) => SafetensorsHeader.Quote(value.GetRawText());
}
