"""A Llama in plain PyTorch, with the tensor names of Hugging Face so that exporting is only renaming."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from . import settings


def rotary_table(length: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    frequencies = 1.0 / settings.ROPE_THETA ** (torch.arange(0, width, 2).float() / width)
    angles = torch.outer(torch.arange(length).float(), frequencies)
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(self, name, nn.Linear(settings.HIDDEN, settings.HIDDEN, bias=False))

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape
        heads = lambda projected: projected.view(batch, length, settings.HEADS, -1).transpose(1, 2)
        query, key, value = heads(self.q_proj(x)), heads(self.k_proj(x)), heads(self.v_proj(x))
        query, key = rotate(query, cos, sin).to(value.dtype), rotate(key, cos, sin).to(value.dtype)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


class FeedForward(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(settings.HIDDEN, settings.FEED_FORWARD, bias=False)
        self.up_proj = nn.Linear(settings.HIDDEN, settings.FEED_FORWARD, bias=False)
        self.down_proj = nn.Linear(settings.FEED_FORWARD, settings.HIDDEN, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.input_layernorm = nn.RMSNorm(settings.HIDDEN, settings.NORM_EPSILON)
        self.self_attn = Attention()
        self.post_attention_layernorm = nn.RMSNorm(settings.HIDDEN, settings.NORM_EPSILON)
        self.mlp = FeedForward()

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(settings.VOCABULARY, settings.HIDDEN)
        self.layers = nn.ModuleList(Layer() for _ in range(settings.LAYERS))
        self.norm = nn.RMSNorm(settings.HIDDEN, settings.NORM_EPSILON)
        cos, sin = rotary_table(settings.CONTEXT, settings.HIDDEN // settings.HEADS)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                residual = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(parameter, std=0.02 / (math.sqrt(2 * settings.LAYERS) if residual else 1))

    def forward(self, ids: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        x = self.embed_tokens(ids)
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, cos, sin)
        logits = F.linear(self.norm(x), self.embed_tokens.weight)
        return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())
