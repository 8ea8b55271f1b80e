namespace Emergence.Stages.Tests.Models;

/// <summary>
/// GPT-NeoX written out in scalar double arithmetic from the paper's formulas (arXiv 2204.06745, section 2.1, rotary
/// positions arXiv 2104.09864, GELU arXiv 1606.08415): nothing shared with the decoder under test, one token row at a time,
/// weights looked up by their names in the checkpoint.
/// </summary>
internal sealed class ReferenceGptNeoX(IReadOnlyDictionary<string, float[]> weights, ReferenceShape shape)
{
    /// <summary>Residual stream after each block, <c>[layer][t][d]</c>, and logits, <c>[t][vocabulary]</c>.</summary>
    public (double[][][] Residual, double[][] Logits) Run(IReadOnlyList<long> tokens)
    {
        var x = tokens.Select(id => Row(weights["gpt_neox.embed_in.weight"], (int)id, shape.Hidden)).ToArray();
        var residual = new double[shape.Layers][][];
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var prefix = $"gpt_neox.layers.{layer}.";
            var attention = Attention(x.Select(v => Norm(v, prefix + "input_layernorm")).ToArray(), prefix + "attention.");
            var next = new double[x.Length][];
            for (var t = 0; t < x.Length; t++)
            {
                var afterAttention = Sum(x[t], attention[t]);
                var mlp = Mlp(Norm(shape.Parallel ? x[t] : afterAttention, prefix + "post_attention_layernorm"), prefix + "mlp.");
                next[t] = Sum(afterAttention, mlp);
            }

            residual[layer] = x = next;
        }

        var head = weights[shape.Tied ? "gpt_neox.embed_in.weight" : "embed_out.weight"];
        return (residual, x.Select(v => Product(head, null, Norm(v, "gpt_neox.final_layer_norm"))).ToArray());
    }

    private double[][] Attention(double[][] x, string prefix)
    {
        var size = shape.Hidden / shape.Heads;
        var joined = x.Select(_ => new double[shape.Hidden]).ToArray();
        var projected = x.Select(v => Product(weights[prefix + "query_key_value.weight"], weights.GetValueOrDefault(prefix + "query_key_value.bias"), v)).ToArray();
        for (var head = 0; head < shape.Heads; head++)
        {
            // Rows of the projection: head 0's q, k, v, then head 1's, and so on.
            var start = head * 3 * size;
            var query = projected.Select((p, t) => Rotate(p[start..(start + size)], t)).ToArray();
            var key = projected.Select((p, t) => Rotate(p[(start + size)..(start + (2 * size))], t)).ToArray();
            for (var t = 0; t < x.Length; t++)
            {
                var scores = Enumerable.Range(0, t + 1).Select(s => Dot(query[t], key[s]) / Math.Sqrt(size)).ToArray();
                var greatest = scores.Max();
                var total = scores.Sum(s => Math.Exp(s - greatest));
                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < size; i++)
                    {
                        joined[t][(head * size) + i] += Math.Exp(scores[s] - greatest) / total * projected[s][start + (2 * size) + i];
                    }
                }
            }
        }

        return joined.Select(v => Product(weights[prefix + "dense.weight"], weights.GetValueOrDefault(prefix + "dense.bias"), v)).ToArray();
    }

    private double[] Rotate(double[] v, int position)
    {
        var turned = (double[])v.Clone();
        for (var i = 0; i < shape.Rotary / 2; i++)
        {
            var angle = position / Math.Pow(shape.Base, 2.0 * i / shape.Rotary);
            var (a, b) = (v[i], v[i + (shape.Rotary / 2)]);
            turned[i] = (a * Math.Cos(angle)) - (b * Math.Sin(angle));
            turned[i + (shape.Rotary / 2)] = (b * Math.Cos(angle)) + (a * Math.Sin(angle));
        }

        return turned;
    }

    private double[] Mlp(double[] v, string prefix)
    {
        var inner = Product(weights[prefix + "dense_h_to_4h.weight"], weights[prefix + "dense_h_to_4h.bias"], v);
        return Product(weights[prefix + "dense_4h_to_h.weight"], weights[prefix + "dense_4h_to_h.bias"], inner.Select(u => u * (1 + Erf(u / Math.Sqrt(2))) / 2).ToArray());
    }

    private double[] Norm(double[] v, string name)
    {
        var mean = v.Average();
        var variance = v.Average(u => (u - mean) * (u - mean));
        return v.Select((u, i) => ((u - mean) / Math.Sqrt(variance + shape.Epsilon) * weights[name + ".weight"][i]) + weights[name + ".bias"][i]).ToArray();
    }

    /// <summary>Maclaurin series, in which beyond 4 nothing is left to add to ±1 at these precisions.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 4)
        {
            return Math.Sign(x);
        }

        double sum = 0, power = x;
        for (var n = 0; n < 90; n++)
        {
            sum += power / ((2 * n) + 1);
            power *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double[] Row(float[] matrix, int row, int width) => matrix.Skip(row * width).Take(width).Select(v => (double)v).ToArray();

    private static double[] Sum(double[] a, double[] b) => a.Zip(b, (u, v) => u + v).ToArray();

    private static double Dot(double[] a, double[] b) => a.Zip(b, (u, v) => u * v).Sum();

    private static double[] Product(float[] matrix, float[]? bias, double[] v)
    {
        var result = new double[matrix.Length / v.Length];
        for (var row = 0; row < result.Length; row++)
        {
            result[row] = bias?[row] ?? 0;
            for (var i = 0; i < v.Length; i++)
            {
                result[row] += matrix[(row * v.Length) + i] * v[i];
            }
        }

        return result;
    }
}
