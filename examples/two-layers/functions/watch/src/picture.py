"""Looks at pictures, with public packages and our own framework."""

import logging

import cv2
import framework
import numpy as np
import requests
import watchtower
from pydantic import BaseModel


class Picture(BaseModel):
    """What is asked about."""

    width: int
    height: int
    shade: int


def see(event):
    """Draw the picture, blur it and say how bright it is by the framework's measure."""
    asked = Picture.model_validate(event)
    pixels = np.full((asked.height, asked.width, 3), asked.shade, dtype=np.uint8)
    grey = cv2.cvtColor(cv2.GaussianBlur(pixels, (3, 3), 0), cv2.COLOR_BGR2GRAY)
    logging.getLogger(__name__).info("%s %s", requests.__version__, watchtower.__name__)
    return {"bright": framework.measure(float(grey.mean())), "framework": framework.VERSION}
