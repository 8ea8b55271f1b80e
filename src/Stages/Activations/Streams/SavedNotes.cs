using System.Globalization;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Activations.Streams;

/// <summary>What a step of an activation stream says of itself in the <c>__metadata__</c> of its first layer's file; each may be left out.</summary>
/// <param name="Step">Training step (<c>step</c>).</param>
/// <param name="TokensSeen">Tokens the model had trained on (<c>tokens_seen</c>).</param>
/// <param name="Loss">The model's loss (<c>loss</c>).</param>
/// <param name="Model">The model's name (<c>model</c>).</param>
/// <param name="Parameters">The model's number of parameters (<c>parameters</c>).</param>
public sealed record SavedNotes(long? Step, long? TokensSeen, double? Loss, string? Model, long? Parameters)
{
    private const string Remedy = "Write it as text in the metadata, as data/README.md shows, or leave it out";

    internal static SavedNotes Of(SafetensorsFile file)
    {
        var model = file.Metadata.GetValueOrDefault("model");
        if (model is not null && (model.Length is 0 or > ActivationLimits.NameCharacters || model.Any(char.IsControl)))
        {
            throw Bad(file, "model", $"it is not a name of 1 to {ActivationLimits.NameCharacters} characters");
        }

        return new SavedNotes(Whole(file, "step"), Whole(file, "tokens_seen"), Number(file, "loss"), model, Whole(file, "parameters"));
    }

    private static long? Whole(SafetensorsFile file, string key)
    {
        if (!file.Metadata.TryGetValue(key, out var text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Bad(file, key, "it is not a whole number of 0 or more");
    }

    private static double? Number(SafetensorsFile file, string key)
    {
        if (!file.Metadata.TryGetValue(key, out var text))
        {
            return null;
        }

        // Python writes nan: a loss that is none says nothing.
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? double.IsFinite(value) ? value : null
            : throw Bad(file, key, "it is not a number");
    }

    private static BadInputException Bad(SafetensorsFile file, string key, string problem) => new(file.Path, $"__metadata__ {key}", problem, Remedy);
}
