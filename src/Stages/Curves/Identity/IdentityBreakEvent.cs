using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Emergence.Stages.Curves.Identity;

/// <summary>
/// Writes the event of an identity break. Only a break of an identity that had ever fired makes one: a latent that never
/// fired has no curve that could be joined wrongly, and its direction wanders freely.
/// </summary>
internal static class IdentityBreakEvent
{
    /// <summary>
    /// The event; its evidence is <c>{"cosine_previous","cosine_first","nearest","nearest_cosine","state_before"}</c>, where nearest is the latent
    /// of the checkpoint before whose decoder row is nearest. A warning when the identity that ended was categorical or stable.
    /// </summary>
    public static EventRow Make(long step, int layer, int feature, IdentityMatch match, double cosineFirst, FeatureState before)
    {
        var severity = before is FeatureState.Categorical or FeatureState.Stable ? EventSeverity.Warning : EventSeverity.Info;
        var numbers = string.Create(CultureInfo.InvariantCulture, $"cosine {match.Cosine:0.000}, nearest feature {match.Nearest} at {match.NearestCosine:0.000}");
        return new EventRow(
            EventKind.IdentityBreak, severity, step, layer, null, null, feature, Evidence(match, cosineFirst, before),
            $"Feature {feature} of layer {layer} is no longer what it was ({numbers}); its curve starts anew.");
    }

    private static string Evidence(IdentityMatch match, double cosineFirst, FeatureState before)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("cosine_previous", match.Cosine);
            json.WriteNumber("cosine_first", cosineFirst);
            json.WriteNumber("nearest", match.Nearest);
            json.WriteNumber("nearest_cosine", match.NearestCosine);
            json.WriteString("state_before", before switch
            {
                FeatureState.Diffuse => "diffuse",
                FeatureState.Categorical => "categorical",
                FeatureState.Stable => "stable",
                FeatureState.Dead => "dead",
                FeatureState.Reborn => "reborn",
                _ => "unborn",
            });
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
