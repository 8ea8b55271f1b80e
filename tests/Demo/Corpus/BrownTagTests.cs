using Emergence.Demo.Corpus;

namespace Emergence.Demo.Tests.Corpus;

public sealed class BrownTagTests
{
    [Theory]
    [InlineData("nn", "nn")]
    [InlineData("np-tl", "np")]
    [InlineData("at-tl-hl", "at")]
    [InlineData("fw-in+at-t", "in")]
    [InlineData("ppss+ber-n", "ppss")]
    [InlineData("fw-nn$-tl", "nn$")]
    [InlineData("pps+bez", "pps")]
    [InlineData("wdt+ber+pp", "wdt")]
    [InlineData("md*", "md")]
    [InlineData("md*-hl", "md")]
    [InlineData("wrb+dod*", "wrb")]
    [InlineData("*", "*")]
    [InlineData("*-hl", "*")]
    [InlineData("fw-*-tl", "*")]
    [InlineData("pp$", "pp$")]
    [InlineData("pp$$", "pp$$")]
    [InlineData("np$-tl", "np$")]
    [InlineData("--", "--")]
    [InlineData("---hl", "--")]
    [InlineData(".-nc", ".")]
    [InlineData("''", "''")]
    [InlineData("nil", "nil")]
    public void The_base_of_a_tag_follows_the_rule(string tag, string expected) => Assert.Equal(expected, BrownTag.BaseOf(tag));

    [Theory]
    [InlineData("noun")]
    [InlineData("-tl")]
    [InlineData("+bez")]
    [InlineData("fw-")]
    [InlineData("NN")]
    public void A_tag_outside_the_tag_set_has_no_base(string tag) => Assert.Null(BrownTag.BaseOf(tag));

    [Theory]
    [InlineData("ca01", "press_reportage")]
    [InlineData("cr09", "humor")]
    [InlineData("cj80", "learned")]
    [InlineData("ci01", null)]
    [InlineData("ca1", null)]
    [InlineData("README", null)]
    [InlineData("cats", null)]
    public void The_genre_is_in_the_file_name(string name, string? genre) => Assert.Equal(genre, BrownGenre.Of(name));
}
