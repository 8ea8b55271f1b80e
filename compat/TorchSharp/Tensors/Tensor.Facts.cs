using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private Facts Facts
        {
            get
            {
                Native.Check(Native.et_facts(H, out var facts));
                return facts;
            }
        }

        public ScalarType dtype => (ScalarType)Facts.Type;

        public Device device
        {
            get
            {
                var facts = Facts;
                return new Device((DeviceType)facts.DeviceType, facts.DeviceIndex);
            }
        }

        public DeviceType device_type => (DeviceType)Facts.DeviceType;

        public int device_index => Facts.DeviceIndex;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_leaf => Facts.Leaf;

        public bool requires_grad
        {
            get => Facts.RequiresGrad;
            set => Native.Check(Native.et_set_requires_grad(H, value));
        }

        public long[] shape
        {
            get
            {
                var sizes = new long[Facts.Dimensions];
                unsafe
                {
                    fixed (long* p = sizes) Native.Check(Native.et_shape(H, p, sizes.Length));
                }
                return sizes;
            }
        }

        public long[] stride()
        {
            var strides = new long[Facts.Dimensions];
            unsafe
            {
                fixed (long* p = strides) Native.Check(Native.et_strides(H, p, strides.Length));
            }
            return strides;
        }

        public long stride(int dim) => stride()[Wrapped(dim)];

        public long[] size() => shape;

        /// <summary>Asked at every step of a loop: no array is made for it.</summary>
        public unsafe long size(int dim)
        {
            const int Most = 16;
            var dimensions = (int)Facts.Dimensions;
            if (dimensions > Most) return shape[Wrapped(dim)];
            var sizes = stackalloc long[Most];
            Native.Check(Native.et_shape(H, sizes, dimensions));
            return sizes[Wrapped(dim)];
        }

        private int Wrapped(int dim)
        {
            var dimensions = Facts.Dimensions;
            if (dim < -dimensions || dim >= dimensions)
                throw new System.Runtime.InteropServices.ExternalException($"Dimension out of range (expected to be in range of [{-dimensions}, {dimensions - 1}], but got {dim})");
            return (int)(dim < 0 ? dim + dimensions : dim);
        }

        public long dim() => Facts.Dimensions;

        public long ndim => Facts.Dimensions;

        public long Dimensions => Facts.Dimensions;

        public long numel() => Facts.Elements;

        public long NumberOfElements => Facts.Elements;

        public long ElementSize => Facts.ElementSize;

        public long element_size() => Facts.ElementSize;

        public bool is_contiguous() => Facts.Contiguous;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public bool is_pinned()
        {
            Native.Check(Native.et_is_pinned(H, out var pinned));
            return pinned;
        }

        public long storage_offset()
        {
            Native.Check(Native.et_storage_offset(H, out var offset));
            return offset;
        }

        public string? name { get; set; }

        public override string ToString()
        {
            if (IsInvalid) return "(disposed tensor)";
            return $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";
        }
    }
}
