namespace Emergence.Cli.Capture;

/// <summary>What <c>capture</c> says.</summary>
/// <param name="Out">The file.</param>
/// <param name="ModelType">The model's family.</param>
/// <param name="Tensors">Names of the tensors in it.</param>
/// <param name="Shape">Shape of the activations.</param>
/// <param name="Rows">Rows the model saw.</param>
/// <param name="Tokens">Tokens of all rows.</param>
/// <param name="Predicted">Tokens of which the loss is the mean: all but the first of each row.</param>
/// <param name="Loss">Nats per predicted token; null when there is none.</param>
/// <param name="TokensPerSecond">Tokens over the seconds from the first row to the written file.</param>
internal sealed record CaptureResult(
    string Out,
    string ModelType,
    IReadOnlyList<string> Tensors,
    IReadOnlyList<long> Shape,
    int Rows,
    long Tokens,
    long Predicted,
    double? Loss,
    double TokensPerSecond)
{
    /// <summary>For a person.</summary>
    public string ToText() =>
        $"""
        {Out}: {string.Join(", ", Tensors)}; activations [{string.Join(", ", Shape)}]
        {Rows} rows, {Tokens} tokens: {(Loss is { } loss ? $"loss {loss:0.000000} nats per token over {Predicted} predicted tokens" : "no token is predicted, so there is no loss")}, {TokensPerSecond:0} tokens per second
        """;
}
