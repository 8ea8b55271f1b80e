using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The operations of a network without their parameters.</summary>
        public static partial class functional
        {
            /// <summary>input weightsᵀ + bias, weights as [outputs, inputs].</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Tensor.Take(Native.et_linear(input.H, weights.H, Tensor.Optional(bias), out var result), result);

            public static unsafe Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05)
            {
                fixed (long* p = normalized_shape)
                {
                    var status = Native.et_layer_norm(input.H, new Sizes(p, normalized_shape.Length), Tensor.Optional(weight), Tensor.Optional(bias), eps, out var result);
                    return Tensor.Take(status, result);
                }
            }

            /// <summary>softmax(query keyᵀ / √d + mask) value over [..., sequence, d]; a causal query sees its own position and those before it.</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (p < 0) throw new ArgumentException("Dropout probability must be greater than or equal to zero.");
                if (is_casual && attn_mask is not null) throw new ArgumentException("A causal attention takes no mask besides.");
                return Tensor.Take(Native.et_attention(query.H, key.H, value.H, Tensor.Optional(attn_mask), p, is_casual, out var result), result);
            }

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_() : x.gelu();

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_() : x.sigmoid();

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Tensor.Take(Native.et_one_hot(x.H, num_classes, out var result), result);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                var result = Tensor.Take(Native.et_dropout(input.H, p, training, out var handle), handle);
                if (!inplace) return result;
                using (result) return input.copy_(result);
            }
        }
    }

    public partial class Tensor
    {
        public Tensor softmax(long dim, ScalarType? dtype = null) => Take(Native.et_softmax(H, dim, TypeOrAbsent(dtype), out var result), result);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Take(Native.et_log_softmax(H, dim, TypeOrAbsent(dtype), out var result), result);

        public Tensor softplus(double beta = 1, double threshold = 20) => Take(Native.et_softplus(H, beta, threshold, out var result), result);
    }
}
