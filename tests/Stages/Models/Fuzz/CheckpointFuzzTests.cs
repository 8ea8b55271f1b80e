using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Loading;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Tokens;
using TorchSharp;

namespace Emergence.Stages.Tests.Models.Fuzz;

/// <summary>
/// Complete checkpoint folders of every family with one file made wrong: what comes of it is a model that gives finite numbers, or a
/// refusal that names the file, no other exception; nothing is read into memory before it is known to fit; nothing is left behind.
/// </summary>
public sealed class CheckpointFuzzTests : IDisposable
{
    private const string Plain = "gpt_neox-parallel-partial";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fuzz-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Families => [.. FamilySamples.Variants];

    private string At(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public void Every_family_has_a_sample() => Assert.Empty(ModelFamilies.Names.Except(FamilySamples.Variants.Select(v => ModelConfig.Load(FamilyFixture.Open(v).Folder).Family)));

    [Theory]
    [MemberData(nameof(Families))]
    public void Configurations_with_wrong_options_are_understood_or_refused_by_file_and_option(string family)
    {
        var members = FamilySamples.Members(family);
        var random = new Random(20260403);
        int refused = 0, accepted = 0;
        for (var i = 0; i < 2000; i++)
        {
            var damaged = new JsonMembers(members);
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                damaged.Damage(random);
            }

            var json = damaged.ToBytes();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var config = ModelConfig.Parse("fuzz", json);
                Assert.InRange(config.HeadSize, 1, ModelLimits.Width);
                Assert.InRange(config.RotaryDimensions, 0, config.HeadSize);
                accepted++;
            }
            catch (BadInputException e)
            {
                Assert.Equal(Path.Combine("fuzz", ModelConfig.FileName), e.File);
                Assert.InRange(e.Message.Length, 1, 2000);
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 40_000 + (16 * json.Length), $"case {i} takes too much memory: {damaged}");
        }

        Assert.True(accepted > 20 && refused > 1000, $"{accepted} accepted, {refused} refused");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_option_takes_every_hostile_value_without_harm(string family)
    {
        FamilySamples.Copy(_folder.FullName, family);
        var members = FamilySamples.Members(family);
        foreach (var option in members.Keys)
        {
            // One half of the values for each option, the other half for the next: every value meets every kind of option.
            foreach (var value in HostileValues.Numbers.Concat(HostileValues.Others).Append(HostileValues.Deep).Where((_, i) => i % 2 == option.Length % 2))
            {
                var config = new JsonMembers(members);
                config.Set(option, value);
                File.WriteAllBytes(At(ModelConfig.FileName), config.ToBytes());
                Try($"{option}: {value}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Weight_files_with_wrong_fields_are_read_or_refused(string family)
    {
        FamilySamples.Copy(_folder.FullName, family);
        var file = _folder.GetFiles("model*.safetensors").OrderBy(f => f.Name, StringComparer.Ordinal).First().FullName;
        var sound = File.ReadAllBytes(file);
        var random = new Random(20260404);
        var refused = 0;
        for (var i = 0; i < 250; i++)
        {
            File.WriteAllBytes(file, Damaged(sound, random));
            refused += Try($"case {i}") ? 0 : 1;
        }

        Assert.InRange(refused, 150, 249);
    }

    [Fact]
    public void Folders_with_a_wrong_index_are_read_or_refused()
    {
        FamilySamples.Copy(_folder.FullName, Plain);
        string[] names;
        using (var file = SafetensorsFile.Open(At(SafetensorsFolder.SingleFile)))
        {
            names = [.. file.Tensors.Select(t => t.Name)];
        }

        File.Move(At(SafetensorsFolder.SingleFile), At("model-1.safetensors"));
        var random = new Random(20260405);
        var refused = 0;
        for (var i = 0; i < 1000; i++)
        {
            var map = new JsonMembers(names.ToDictionary(n => n, _ => "\"model-1.safetensors\""));
            if (i > 0)
            {
                map.Damage(random);
            }

            File.WriteAllText(At(SafetensorsFolder.IndexFile), $"{{\"weight_map\":{map}}}");
            refused += Try($"case {i}: {map}") ? 0 : 1;
        }

        Assert.InRange(refused, 500, 999);
    }

    [Fact]
    public void A_configuration_that_claims_more_than_the_file_holds_is_refused_before_a_weight_is_read()
    {
        FamilySamples.Copy(_folder.FullName, Plain);
        foreach (var (option, value) in new[] { ("vocab_size", "16777216"), ("intermediate_size", "1048576"), ("num_hidden_layers", "1024") })
        {
            var config = new JsonMembers(FamilySamples.Members(Plain));
            config.Set(option, value);
            File.WriteAllBytes(At(ModelConfig.FileName), config.ToBytes());
            Assert.False(Try(option));
        }
    }

    /// <summary>Loads and runs the folder.</summary>
    /// <returns>Whether it was taken.</returns>
    private bool Try(string what)
    {
        var live = torch.Tensor.TotalCount;
        var size = _folder.GetFiles().Sum(f => f.Length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        OpenCheckpoint? checkpoint = null;
        long opened = 0;
        try
        {
            checkpoint = OpenCheckpoint.Open(_folder.FullName);
            opened = checkpoint.Weights.BytesRead;
            using var model = LanguageModel.Load(checkpoint, new WeightLoading());
            Assert.InRange(model.Parameters.Sum(p => p.NumberOfElements * p.element_size()), 1, 2 * size);
            if (model.Config.Context < 2)
            {
                return true;
            }

            using var logits = model.Logits(new TokenBatch([0, 0, 0, 0], 2, [new RowSource(0, 0, 2), new RowSource(1, 0, 2)]));
            if (Finite(logits))
            {
                return true;
            }

            // Weights that are numbers and beyond all measure: the run refuses them by their loss.
            Assert.True(model.Parameters.Max(Greatest) > 1e10f, $"{what}: it was taken and gives numbers that are not finite");
            return false;
        }
        catch (BadInputException e)
        {
            Assert.True(e.File.StartsWith(_folder.FullName, StringComparison.Ordinal), $"{what}: {e.Message}");
            Assert.InRange(e.Message.Length, 1, 3000);

            // Refused for what the files say: then no tensor was made. Refused for a weight: then it is one that is not finite.
            Assert.True(checkpoint is null || checkpoint.Weights.BytesRead == opened || e.Problem.Contains("not a finite number", StringComparison.Ordinal) || e.Problem.Contains("differs from", StringComparison.Ordinal), $"{what}: weights were read before {e.Message}");
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{what}: {e.Message}", e);
        }
        finally
        {
            checkpoint?.Dispose();
            Assert.Equal(live, torch.Tensor.TotalCount);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < (2 * size) + 1_000_000, $"{what}: too much managed memory");
        }
    }

    private static float Greatest(torch.Tensor tensor)
    {
        using var magnitude = tensor.abs();
        using var greatest = magnitude.max();
        return greatest.item<float>();
    }

    private static bool Finite(torch.Tensor tensor)
    {
        foreach (var value in MemoryMarshal.Cast<byte, float>(tensor.bytes))
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The length prefix, a field of the header, the header's end, or the data made wrong.</summary>
    private static byte[] Damaged(byte[] sound, Random random)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(sound);
        var header = Encoding.UTF8.GetString(sound, 8, length);
        switch (random.Next(6))
        {
            case 0:
                var prefix = sound.ToArray();
                long[] lengths = [0, 1, 7, length - 1, length + 1, sound.Length, sound.Length - 8, int.MaxValue, 1L << 32, long.MaxValue, -1, long.MinValue, random.Next(sound.Length)];
                BinaryPrimitives.WriteInt64LittleEndian(prefix, lengths[random.Next(lengths.Length)]);
                return prefix;
            case 1:
                return sound[..random.Next(sound.Length)];
            case 2:
                var bits = sound.ToArray();
                var at = 8 + length + random.Next(sound.Length - length - 8);
                bits[at] = (byte)random.Next(256);
                return bits;
            case 3:
                return With(sound, length, header.Replace("F32", random.Next(3) switch { 0 => "BF16", 1 => "I32", _ => "F64" }, StringComparison.Ordinal));
            default:
                // One number or word of the header.
                var places = Enumerable.Range(0, header.Length).Where(i => (char.IsAsciiDigit(header[i]) || header[i] is '"' or '[' or '{') && (i == 0 || !char.IsAsciiDigit(header[i - 1]))).ToArray();
                var place = places[random.Next(places.Length)];
                var end = place + 1;
                while (end < header.Length && char.IsAsciiDigit(header[end]) && char.IsAsciiDigit(header[place]))
                {
                    end++;
                }

                return With(sound, length, string.Concat(header.AsSpan(0, place), HostileValues.Any(random), header.AsSpan(end)));
        }
    }

    private static byte[] With(byte[] sound, int length, string header)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        byte[] file = [.. new byte[8], .. bytes, .. sound.AsSpan(8 + length)];
        BinaryPrimitives.WriteInt64LittleEndian(file, bytes.Length);
        return file;
    }
}
