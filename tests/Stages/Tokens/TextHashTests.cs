using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

public sealed class TextHashTests
{
    [Fact]
    public void Every_part_of_a_probe_set_counts()
    {
        string[] hashes =
        [
            TextHash.Of(Probe()),
            TextHash.Of(Probe(facet: "genres")),
            TextHash.Of(Probe(kind: FacetKind.Document)),
            TextHash.Of(Probe(category: "c")),
            TextHash.Of(Probe(id: "e")),
            TextHash.Of(Probe(token: 9)),
            TextHash.Of(Probe(label: -1)),
            TextHash.Of([new TokenDocument("d", [1, 2])]),
            TextHash.Of([new TokenDocument("d", [1]), new TokenDocument("d", [2])]),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.All(hashes, hash => Assert.Matches("^[0-9a-f]{64}$", hash));
    }

    [Fact]
    public void Equal_texts_have_equal_hashes() => Assert.Equal(TextHash.Of(Probe()), TextHash.Of(Probe()));

    [Fact]
    public void The_bytes_that_are_hashed_are_those_documented()
    {
        byte[] bytes = [25, 0, 0, 0, .. "emergence text 1 training"u8, 1, 0, 0, 0, 1, 0, 0, 0, .. "d"u8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0];
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), TextHash.Of([new TokenDocument("d", [1, 258])]));
    }

    private static ProbeSet Probe(string facet = "genre", FacetKind kind = FacetKind.Token, string category = "b", string id = "d", int token = 2, short label = 1) =>
        new([new Facet(facet, kind, ["a", category])], [new LabelledDocument(id, [1, token], [[0, label]])]);
}
