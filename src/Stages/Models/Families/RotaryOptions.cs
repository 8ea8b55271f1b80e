using System.Text.Json;

namespace Emergence.Stages.Models.Families;

/// <summary>
/// The options of rotary positions. Older files have the base, the rotated share and a group rope_scaling beside each other,
/// newer ones all of it in a group rope_parameters; files with both must say the same twice.
/// </summary>
/// <param name="Base">Base of the frequencies; null when no option says it.</param>
/// <param name="Share">Rotated share of each head; null when no option says it.</param>
/// <param name="Scaling">Stretching; null for none.</param>
internal sealed record RotaryOptions(double? Base, double? Share, RotaryScaling? Scaling)
{
    private const double GreatestBase = 1e12;
    private const double GreatestFactor = 1e6;

    /// <summary>Reads them.</summary>
    /// <param name="options">The file.</param>
    /// <param name="oldBase">An older name of rope_theta; null when there is none.</param>
    /// <param name="oldShare">An older name of partial_rotary_factor; null when there is none.</param>
    public static RotaryOptions Read(ConfigReader options, string? oldBase = null, string? oldShare = null)
    {
        var read = new RotaryOptions(
            Agreed(options, oldBase, "rope_theta", 1, GreatestBase),
            Agreed(options, oldShare, "partial_rotary_factor", 0, 1),
            null);
        var scaled = false;
        foreach (var name in new[] { "rope_parameters", "rope_scaling" })
        {
            if (options.Group(name) is not { } group)
            {
                continue;
            }

            var inside = new RotaryGroup(options, name, group);
            var scaling = inside.Scaling();
            if (scaled && scaling != read.Scaling)
            {
                throw options.Bad(name, "it contradicts rope_parameters");
            }

            scaled = true;
            read = new RotaryOptions(
                inside.Agreed("rope_theta", read.Base, 1, GreatestBase),
                inside.Agreed("partial_rotary_factor", read.Share, 0, 1),
                scaling);
            inside.RefuseUnread();
        }

        return read;
    }

    /// <summary>Adds the stretching to options that are written.</summary>
    public static void Add(ModelConfig config, Dictionary<string, object?> options)
    {
        if (config.RotaryScaling is { IsLinear: true } linear)
        {
            options["rope_scaling"] = new Dictionary<string, object?> { ["factor"] = linear.Factor, ["rope_type"] = "linear", ["type"] = "linear" };
        }
        else if (config.RotaryScaling is { } scaling)
        {
            options["rope_scaling"] = new Dictionary<string, object?>
            {
                ["factor"] = scaling.Factor,
                ["high_freq_factor"] = scaling.HighFrequency,
                ["low_freq_factor"] = scaling.LowFrequency,
                ["original_max_position_embeddings"] = scaling.OriginalContext,
                ["rope_type"] = "llama3",
            };
        }
    }

    /// <summary>One option with two names; when both are there they must agree.</summary>
    private static double? Agreed(ConfigReader options, string? name, string other, double least, double most)
    {
        var first = name is null ? null : options.OptionalNumber(name, least, most);
        var second = options.OptionalNumber(other, least, most);
        return first is null || second is null || first == second
            ? first ?? second
            : throw options.Bad(other, $"{second} contradicts {name} {first}");
    }

    /// <summary>One of the two groups.</summary>
    private sealed class RotaryGroup(ConfigReader options, string name, JsonElement group)
    {
        private readonly HashSet<string> _read = new(StringComparer.Ordinal);

        public double? Agreed(string key, double? outside, double least, double most)
        {
            var inside = Number(key, least, most);
            return inside is null || outside is null || inside == outside
                ? inside ?? outside
                : throw options.Bad($"{name}.{key}", $"{inside} contradicts {outside} elsewhere in the file");
        }

        public RotaryScaling? Scaling()
        {
            var type = Type();
            switch (type)
            {
                case null or "default":
                    return null;
                case "linear":
                    return new RotaryScaling(Needed("factor", 1, GreatestFactor));
                case "llama3":
                    var low = Needed("low_freq_factor", 0, GreatestFactor);
                    var high = Needed("high_freq_factor", 0, GreatestFactor);
                    var context = Needed("original_max_position_embeddings", 1, ModelLimits.Context);
                    if (high <= low)
                    {
                        throw options.Bad($"{name}.high_freq_factor", $"{high} is not above low_freq_factor {low}");
                    }

                    return context % 1 == 0
                        ? new RotaryScaling(Needed("factor", 1, GreatestFactor), low, high, (int)context)
                        : throw options.Bad($"{name}.original_max_position_embeddings", $"{context} is not a whole number");
                default:
                    throw options.Bad(
                        $"{name}.{(group.TryGetProperty("rope_type", out _) ? "rope_type" : "type")}",
                        $"{Safetensors.SafetensorsHeader.Quote(type)} scaling is not supported; supported: default, linear, llama3");
            }
        }

        public void RefuseUnread()
        {
            foreach (var option in group.EnumerateObject().Where(o => o.Value.ValueKind != JsonValueKind.Null && !_read.Contains(o.Name)))
            {
                throw options.Bad($"{name}.{option.Name}", "the option is not known with this kind of scaling");
            }
        }

        /// <summary>Its kind: rope_type, which older files call type.</summary>
        private string? Type()
        {
            var newer = Word("rope_type");
            var older = Word("type");
            return newer is null || older is null || newer == older
                ? newer ?? older
                : throw options.Bad($"{name}.type", $"{Safetensors.SafetensorsHeader.Quote(older)} contradicts rope_type");
        }

        private string? Word(string key) => Value(key) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } value => value.GetString(),
            _ => throw options.Bad($"{name}.{key}", "it is not a text"),
        };

        private double Needed(string key, double least, double most) => Number(key, least, most)
            ?? throw options.Bad($"{name}.{key}", "it is missing", "Add it; the scaling cannot be understood without it");

        private double? Number(string key, double least, double most) => Value(key) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && number >= least && number <= most => number,
            _ => throw options.Bad($"{name}.{key}", $"it is not a number from {least} to {most}"),
        };

        private JsonElement? Value(string key)
        {
            _read.Add(key);
            return group.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
    }
}
