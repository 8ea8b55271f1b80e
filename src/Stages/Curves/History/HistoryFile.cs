using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Emergence.Stages.Curves.Alerts;
using Emergence.Stages.Curves.Identity;
using Emergence.Stages.Input;

namespace Emergence.Stages.Curves.History;

/// <summary>
/// The file of a layer's history, little-endian:
/// <c>"EMHIST" version:u16 layer:i32 started:u8</c>, then if started <c>step:i64 curves:i32 features:i32 width:i32</c>; per curve
/// <c>facet category (length:i32, UTF-8) seen:i64 alerted:u8 alertStep:i64 recent:u8 (step:i64 value:f64 threshold:f64)*</c>; per feature
/// <c>state:u8 streak:i32</c>; first and previous decoder rows (f32); at the end the SHA-256 of everything before it.
/// </summary>
internal static class HistoryFile
{
    private const ushort Version = 1;

    private static ReadOnlySpan<byte> Magic => "EMHIST"u8;

    public static void Write(Stream stream, int layer, LayerMemory? memory)
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Version);
            writer.Write(layer);
            writer.Write(memory is not null);
            if (memory is not null)
            {
                WriteMemory(writer, memory);
            }
        }

        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        stream.Write(bytes);
        stream.Write(SHA256.HashData(bytes));
    }

    public static (int Layer, LayerMemory? Memory) Read(Stream stream, string file)
    {
        // As many bytes as there are: nothing is allocated on a claim.
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        if (bytes.Length < Magic.Length + sizeof(ushort) + SHA256.HashSizeInBytes || !bytes.StartsWith(Magic))
        {
            throw Bad(file, 0, "this is not a layer history");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[Magic.Length..]);
        if (version != Version)
        {
            throw Bad(file, Magic.Length, $"version {version} of the layer history is not version {Version}");
        }

        var body = bytes[..^SHA256.HashSizeInBytes];
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(bytes[body.Length..]))
        {
            throw Bad(file, body.Length, "the checksum does not fit the bytes before it");
        }

        var reader = new HistoryReader(body, Magic.Length + sizeof(ushort), file);
        var layer = reader.Int32(0, int.MaxValue, "layer");
        var memory = reader.Flag("started") ? ReadMemory(ref reader) : null;
        reader.End();
        return (layer, memory);
    }

    internal static BadInputException Bad(string file, int offset, string problem) =>
        new(file, $"offset {offset}", problem, "remove the newest checkpoint of the run folder so that the one before is used, or start the run anew");

    private static void WriteMemory(BinaryWriter writer, LayerMemory memory)
    {
        writer.Write(memory.Step);
        writer.Write(memory.Names.Count);
        writer.Write(memory.Lives.Length);
        writer.Write(memory.Width);
        for (var c = 0; c < memory.Names.Count; c++)
        {
            WriteText(writer, memory.Names[c].Facet);
            WriteText(writer, memory.Names[c].Category);
            var alert = memory.Alerts[c];
            writer.Write(alert.Seen);
            writer.Write(alert.AlertStep is not null);
            writer.Write(alert.AlertStep ?? 0);
            writer.Write((byte)alert.Recent.Count);
            foreach (var observation in alert.Recent)
            {
                writer.Write(observation.Step);
                writer.Write(observation.Value);
                writer.Write(observation.Threshold);
            }
        }

        foreach (var life in memory.Lives)
        {
            writer.Write((byte)life.State);
            writer.Write(life.Streak);
        }

        foreach (var weight in memory.First)
        {
            writer.Write(weight);
        }

        foreach (var weight in memory.Previous)
        {
            writer.Write(weight);
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static LayerMemory ReadMemory(ref HistoryReader reader)
    {
        var step = reader.Int64(0, long.MaxValue, "step");

        // The least a curve and a feature take bounds how many there can be.
        var curves = reader.Count(26, "number of curves");
        var features = reader.Count(5, "number of features");
        var width = reader.Int32(1, int.MaxValue, "decoder width");
        var names = new (string, string)[curves];
        var alerts = new AlertState[curves];
        for (var c = 0; c < curves; c++)
        {
            names[c] = (reader.Text("facet"), reader.Text("category"));
            alerts[c] = ReadAlert(ref reader, step);
        }

        var lives = new FeatureLife[features];
        for (var f = 0; f < features; f++)
        {
            lives[f] = new FeatureLife((FeatureState)reader.Byte((byte)FeatureState.Reborn, "state"), reader.Int32(0, CurveDefaults.StableStreak, "streak"));
        }

        var first = reader.Floats((long)features * width, "first decoder rows");
        var previous = reader.Floats((long)features * width, "previous decoder rows");
        return new LayerMemory(step, width, names, alerts, lives, first, previous);
    }

    private static AlertState ReadAlert(ref HistoryReader reader, long last)
    {
        var seen = reader.Int64(1, long.MaxValue, "observations");
        var alerted = reader.Flag("alerted");
        var alertStep = reader.Int64(0, last, "alert step");
        var recent = new AlertObservation[reader.Byte(AlertState.Window, "recent observations")];
        if (recent.Length != Math.Min(seen, AlertState.Window))
        {
            throw reader.Wrong($"{recent.Length} recent observations of {seen}");
        }

        for (var i = 0; i < recent.Length; i++)
        {
            recent[i] = new AlertObservation(reader.Int64(i == 0 ? 0 : recent[i - 1].Step + 1, last, "observed step"), reader.Finite("value"), reader.Finite("threshold"));
        }

        return new AlertState(recent, seen, alerted ? alertStep : null);
    }
}
