using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

public sealed class WordTokenizerTests
{
    [Fact]
    public void Build_orders_by_frequency_then_ordinally_and_cuts_at_the_size()
    {
        var tokenizer = WordTokenizer.Build(["b", "A", "a", "zebra", "B", "c", "``", "The"], 6);
        Assert.Equal(["[UNK]", "a", "b", "``", "c", "the"], tokenizer.Words);
        Assert.Equal(0, tokenizer.UnknownId);
    }

    [Fact]
    public void Encode_lowers_case_and_gives_the_unknown_token_to_words_outside_the_vocabulary()
    {
        var tokenizer = WordTokenizer.Build(["jury", "the"], 10);
        Assert.Equal([2, 1, 0, 0], tokenizer.Encode(["THE", "Jury", "said", "[UNK]"]));
        Assert.Equal([2, 1, 0], tokenizer.EncodeText("  The\tJURY\u00A0x\n"));
    }

    [Fact]
    public void Added_tokens_are_matched_as_written()
    {
        var tokenizer = new WordTokenizer(["[UNK]", "[pad]", "[PAD]"], 0, [0, 2]);
        Assert.Equal([2, 1], tokenizer.Encode(["[PAD]", "[Pad]"]));
    }

    [Fact]
    public void The_dotted_capital_I_becomes_two_characters_as_Unicode_has_it() =>
        Assert.Equal(1, WordTokenizer.Build(["\u0130zmir"], 5).Encode("i\u0307zmir"));

    [Fact]
    public void A_word_twice_in_the_vocabulary_is_refused() =>
        Assert.Throws<ArgumentException>(() => new WordTokenizer(["a", "a"], 0, []));
}
