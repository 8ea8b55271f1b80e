using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Tests.Models.Fuzz;

namespace Emergence.Stages.Tests.Models.Safetensors;

/// <summary>Every field of the header and of the index made wrong, value by value, where <see cref="SafetensorsHeaderFuzzTests"/> damages bytes.</summary>
public sealed class HeaderFieldFuzzTests
{
    private const int DataLength = 34;

    private static string Tensor(Random random, string type, string shape, string begin, string end, bool damage)
    {
        var members = new JsonMembers(new Dictionary<string, string> { ["dtype"] = $"\"{type}\"", ["shape"] = shape, ["data_offsets"] = $"[{begin},{end}]" });
        for (var i = damage ? random.Next(1, 3) : 0; i > 0; i--)
        {
            members.Damage(random, (r, old) => r.Next(3) switch
            {
                // One number of an array, which the others then contradict.
                0 when old.StartsWith('[') => $"[{string.Join(',', old[1..^1].Split(',').Select(n => r.Next(2) == 0 ? HostileValues.Numbers[r.Next(HostileValues.Numbers.Length)] : n))}]",
                1 when old.StartsWith('[') => old.Insert(old.Length - 1, $",{HostileValues.Numbers[r.Next(HostileValues.Numbers.Length)]}"),
                _ => HostileValues.Any(r),
            });
        }

        return members.ToString();
    }

    private static byte[] Header(Random random)
    {
        var which = random.Next(6);
        var members = new JsonMembers(new Dictionary<string, string>
        {
            ["__metadata__"] = which == 3 ? HostileValues.Any(random) : """{"format":"pt"}""",
            ["first"] = Tensor(random, "F32", "[2,3]", "0", "24", which == 0),
            ["second"] = Tensor(random, "BF16", "[4]", "24", "32", which == 1),
            ["third"] = Tensor(random, "F16", "[]", "32", "34", which == 2),
        });
        for (var i = which >= 4 ? random.Next(1, 3) : 0; i > 0; i--)
        {
            members.Damage(random);
        }

        return members.ToBytes();
    }

    [Fact]
    public void Ninety_thousand_headers_with_wrong_fields_give_a_sound_layout_or_bad_input_and_little_memory()
    {
        var random = new Random(20260401);
        int refused = 0, accepted = 0;
        for (var i = 0; i < 90_000; i++)
        {
            var json = Header(random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var parsed = SafetensorsHeader.Parse("fuzz", json, DataLength);
                Assert.Equal(DataLength, parsed.Tensors.Sum(t => t.End - t.Begin));
                foreach (var tensor in parsed.Tensors)
                {
                    Assert.Equal(tensor.Count, tensor.Shape.Aggregate(1L, (a, b) => a * b));
                    Assert.InRange(tensor.End, tensor.Begin, DataLength);
                }

                accepted++;
            }
            catch (BadInputException e)
            {
                Assert.Equal("fuzz", e.File);
                Assert.NotEmpty(e.Place);
                Assert.InRange(e.Message.Length, 1, 2000);
                refused++;
            }

            // Messages and exceptions have a fixed size; what is kept of a header is in proportion to it.
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 24_000 + (8 * json.Length), $"case {i} takes too much memory");
        }

        Assert.True(accepted > 2000 && refused > 60_000, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void Ten_thousand_indexes_with_wrong_fields_give_a_sound_map_or_bad_input_and_little_memory()
    {
        var random = new Random(20260402);
        int refused = 0, accepted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var map = new JsonMembers(new Dictionary<string, string> { ["a"] = "\"model-1.safetensors\"", ["b"] = "\"model-1.safetensors\"", ["c"] = "\"model-2.safetensors\"" });
            var where = random.Next(3);
            for (var n = where == 0 ? random.Next(1, 4) : 0; n > 0; n--)
            {
                map.Damage(random);
            }

            var index = new JsonMembers(new Dictionary<string, string> { ["metadata"] = where == 1 ? HostileValues.Any(random) : """{"total_size":12}""", ["weight_map"] = map.ToString() });
            if (where == 2)
            {
                index.Damage(random);
            }

            var json = index.ToBytes();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var parsed = SafetensorsIndex.Parse("fuzz", json);
                foreach (var shard in parsed.Shards)
                {
                    Assert.Equal(-1, shard.IndexOfAny(['/', '\\', '\0']));
                    Assert.NotEqual("..", shard);
                    Assert.Equal(parsed.CountOf(shard), parsed.TensorsOf(shard).Count());
                    Assert.All(parsed.TensorsOf(shard), t => Assert.Equal(shard, parsed.ShardOf(t)));
                }

                accepted++;
            }
            catch (BadInputException e)
            {
                Assert.Equal("fuzz", e.File);
                Assert.InRange(e.Message.Length, 1, 2000);
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 24_000 + (8 * json.Length), $"case {i} takes too much memory");
        }

        Assert.True(accepted > 1000 && refused > 3000, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void A_header_that_names_more_tensors_than_a_model_has_is_refused_before_they_are_kept()
    {
        var json = "{" + string.Join(',', Enumerable.Range(0, SafetensorsLimits.Tensors + 1).Select(i => $"\"{i:x}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}")) + "}";
        Assert.Contains("more than", Assert.Throws<BadInputException>(() => SafetensorsHeader.Parse("fuzz", System.Text.Encoding.UTF8.GetBytes(json), 0)).Problem, StringComparison.Ordinal);
    }
}
