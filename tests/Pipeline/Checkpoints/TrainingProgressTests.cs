using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Tests.Checkpoints;

public sealed class TrainingProgressTests : IDisposable
{
    private readonly CheckpointFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("""{"step":5,"tokens_seen":1000,"loss":3.25,"seconds":1}""", 1000L, 3.25)]
    [InlineData("""{"global_step":5,"num_input_tokens_seen":70,"log_history":[{"loss":1}]}""", 70L, null)]
    [InlineData("""{"tokens_seen":-1,"loss":"low"}""", null, null)]
    [InlineData("""{"tokens_seen":1.5,"loss":1e999}""", null, null)]
    public void What_is_said_is_read_and_the_rest_is_null(string text, long? tokens, double? loss)
    {
        var folder = _files.Write("step5", 1);
        File.WriteAllText(Path.Combine(folder, TrainingProgress.FileName), text);
        Assert.Equal(new TrainingProgress(tokens, loss), TrainingProgress.Read(folder, 5));
    }

    [Theory]
    [InlineData("""{"tokens_seen":5,"loss":NaN}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_cannot_be_read_says_nothing(string text)
    {
        var folder = _files.Write("step5", 1);
        Assert.Null(TrainingProgress.Read(folder, 5));
        File.WriteAllText(Path.Combine(folder, TrainingProgress.FileName), text);
        Assert.Null(TrainingProgress.Read(folder, 5));
    }

    [Fact]
    public void One_of_another_step_is_an_error()
    {
        var folder = _files.Write("step5", 1);
        File.WriteAllText(Path.Combine(folder, TrainingProgress.FileName), """{"step":6}""");
        Assert.Contains("step 6", Assert.Throws<BadInputException>(() => TrainingProgress.Read(folder, 5)).Problem, StringComparison.Ordinal);
    }
}
