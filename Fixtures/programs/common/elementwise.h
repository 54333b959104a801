/* What quantize, dequantize, the rectifier and add compute. */
#ifndef SAMPLE_ELEMENTWISE_H
#define SAMPLE_ELEMENTWISE_H

#include <math.h>
#include "chunks.h"

static inline void compute_quantize(const void *call, const void *first, const void *second, void *output, int elements)
{
    const tp_quantize *q = call;
    (void)second;
    quantize_f32_asym8s(output, first, (float)q->scale, q->zero_point, elements);
}

static inline void compute_dequantize(const void *call, const void *first, const void *second, void *output, int elements)
{
    const tp_dequantize *d = call;
    (void)second;
    dequantize_asym8s_f32(output, first, (float)d->scale, d->zero_point, elements);
}

static inline void compute_relu(const void *call, const void *first, const void *second, void *output, int elements)
{
    const tp_relu *r = call;
    (void)second;
    vrelU_quantized(output, first, r->input_zero_point, r->output_zero_point, (float)ldexp((float)r->multiplier, r->shift - 31), elements);
}

static inline chunk_operator one_input(const void *call, void (*compute)(const void *, const void *, const void *, void *, int), const void *input, void *output,
                                       int elements, int input_bytes, int output_bytes)
{
    return (chunk_operator){ .call = call, .compute = compute, .input = { input, NULL }, .output = output, .elements = elements, .input_bytes = input_bytes,
                             .output_bytes = output_bytes };
}

static inline chunk_operator quantize_operator(const tp_quantize *call)
{
    return one_input(call, compute_quantize, call->input, call->output, call->elements, sizeof(float), 1);
}

static inline chunk_operator dequantize_operator(const tp_dequantize *call)
{
    return one_input(call, compute_dequantize, call->input, call->output, call->elements, 1, sizeof(float));
}

static inline chunk_operator relu_operator(const tp_relu *call)
{
    return one_input(call, compute_relu, call->input, call->output, call->elements, 1, 1);
}

static inline chunk_operator add_operator(const tp_add *call, void (*compute)(const void *, const void *, const void *, void *, int))
{
    chunk_operator o = one_input(call, compute, call->first, call->output, call->elements, sizeof(float), sizeof(float));
    o.input[1] = (const uint8_t *)call->second;
    return o;
}

/* A third of a bank, in whole lines of 128 bytes. */
static inline int add_part(int bank_bytes) { return bank_bytes / 3 / 128 * 128; }

#endif
